extends SceneTree
## Runs every `test_*` function of the scripts beside it and prints one line for each: `ok NAME` or `failed NAME: why`.
##
## godot --headless --path . --script res://tests/godot/scenes/pure/run.gd

const FOLDER := "res://tests/godot/scenes/pure/"


func _init() -> void:
	var failed := 0
	for file in DirAccess.get_files_at(FOLDER):
		if file.begins_with("test_") and file.ends_with(".gd"):
			failed += _run(file)
	quit(1 if failed > 0 else 0)


func _run(file: String) -> int:
	var failed := 0
	var script := load(FOLDER + file) as GDScript
	if script == null or not script.can_instantiate():
		print("failed %s: it does not compile" % file)
		return 1
	for method in script.get_script_method_list():
		var test: String = method["name"]
		if not test.begins_with("test_"):
			continue
		var checks: PureChecks = script.new()
		checks.call(test)
		if checks.done == 0:
			checks.failures.append("nothing was checked")
		if checks.failures.is_empty():
			print("ok ", test)
		else:
			failed += 1
			print("failed %s: %s" % [test, "; ".join(checks.failures)])
	return failed
