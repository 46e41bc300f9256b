@tool
extends EditorPlugin
## Tells whoever enables the plugin when its library is not built; the classes themselves need no plugin.


func _enter_tree() -> void:
	if not ClassDB.class_exists(&"PythonBridge"):
		push_warning("The Python bridge's library is not built for this system: see addons/python_bridge/README.md.")
