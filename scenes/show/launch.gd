class_name Launch
extends RefCounted
## How this start was asked for: the bridge's configuration and the arguments after `--`.

const CONFIG_VARIABLE := "SIDECAST_BRIDGE"
const CONFIG_DEFAULT := "res://.sidecast/bridge.json"
const CONFIG_KEYS: Array[String] = ["library", "home", "site", "executable", "code", "module"]
const REMEDY := "Start Sidecast with  ./sidecast run  — it sets up what is missing."

## What `PythonBridge.start` takes; empty when `trouble` says why not.
var config: Dictionary = {}
var trouble := ""
var arguments: PackedStringArray


func _init(user_arguments: PackedStringArray) -> void:
	arguments = user_arguments
	var path := OS.get_environment(CONFIG_VARIABLE)
	_read(CONFIG_DEFAULT if path.is_empty() else path)


func has(flag: String) -> bool:
	return flag in arguments


## Nobody looks at the window: trouble must end the app rather than wait for a click.
func unattended() -> bool:
	return DisplayServer.get_name() == "headless" or has("--for") or has("--record")


func _read(path: String) -> void:
	if not FileAccess.file_exists(path):
		trouble = "The bridge's configuration %s is not there." % path
		return
	var json := JSON.new()
	if json.parse(FileAccess.get_file_as_string(path)) != OK or not json.data is Dictionary:
		trouble = "The bridge's configuration %s is not a JSON object." % path
		return
	for key in CONFIG_KEYS:
		if not json.data.get(key) is String:
			trouble = "The bridge's configuration %s lacks “%s”." % [path, key]
			return
	config = json.data
	config["args"] = JSON.stringify(arguments)
