extends Node
## Draws Kit in many poses and writes each as raw RGBA of SIZE x SIZE: what a pose changes can then be seen pixel by pixel.
##
## godot … res://tests/godot/scenes/kit_pictures.tscn -- --plan FILE
## The plan: {"out": folder, "poses": {NAME: {"mood": m, "viseme": v, "parameters": {…}, "face_only": true}}}

const KIT := preload("res://scenes/avatars/kit/kit.tscn")
const SIZE := 512
## Parameters that move the whole head: left at rest with "face_only", so that only the face differs.
const HEAD: Array[StringName] = [&"yaw", &"pitch", &"roll", &"ears", &"wave"]

var _kit: Kit
var _view := SubViewport.new()
var _rest: Dictionary = {}


func _ready() -> void:
	_view.size = Vector2i(SIZE, SIZE)
	_view.transparent_bg = true
	_view.render_target_update_mode = SubViewport.UPDATE_ALWAYS
	add_child(_view)
	_kit = KIT.instantiate()
	_kit.live = false
	_kit.process_mode = Node.PROCESS_MODE_DISABLED
	_view.add_child(_kit)
	_kit.scale = Vector2.ONE * SIZE / Kit.CANVAS.y
	_kit.set_pixel_scale(SIZE / Kit.CANVAS.y)
	for parameter in _kit.parameters():
		_rest[parameter] = _kit.get(parameter)
	_draw_all()


func _draw_all() -> void:
	var arguments := OS.get_cmdline_user_args()
	var plan: Dictionary = JSON.parse_string(FileAccess.get_file_as_string(arguments[arguments.find("--plan") + 1]))
	for pose: String in plan["poses"]:
		_take(plan["poses"][pose])
		await get_tree().process_frame
		await get_tree().process_frame
		await RenderingServer.frame_post_draw
		var image := _view.get_texture().get_image()
		image.convert(Image.FORMAT_RGBA8)
		var file := FileAccess.open("%s/%s.rgba" % [plan["out"], pose], FileAccess.WRITE)
		file.store_buffer(image.get_data())
		file.close()
		image.save_png("%s/%s.png" % [plan["out"], pose])
	get_tree().quit()


func _take(pose: Dictionary) -> void:
	var values := _rest.duplicate()
	if pose.has("mood"):
		values.merge(_kit.moods.poses[StringName(pose["mood"])], true)
	if pose.has("viseme"):
		values.merge(_kit.visemes.poses[StringName(pose["viseme"])], true)
	values.merge(pose.get("parameters", {}), true)
	if pose.get("face_only", false):
		for parameter in HEAD:
			values[parameter] = _rest[parameter]
	_kit.set_parameters(values)
	_kit.show_now(0.0)
