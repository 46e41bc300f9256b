extends Node
## The real show with a scripted bridge: runs a plan frame by frame, takes pictures and notes what it sees.
##
## godot … --fixed-fps 30 res://tests/godot/scenes/rehearsal.tscn -- --plan FILE [--transparent]
## The plan (see scripted_bridge.gd) also has "out" (a folder), "size" [w, h], "shots" [s, …], "keys" [{"at": s, "key": name}],
## "typed" [{"at": s, "text": …}], "clicks" [{"at": s, "on": name in the channel panel or [x, y]}], "until" s.
## Written: NAME.png for each shot (and NAME.rgba, the same raw), and rehearsal.json.

const ScriptedBridge := preload("res://tests/godot/scenes/scripted_bridge.gd")
const SHOW := preload("res://scenes/show/show.tscn")

var _plan: Dictionary = {}
var _show: Node
var _bridge: ScriptedBridge
var _shots: Array = []
var _keys: Array = []
var _typed: Array = []
var _clicks: Array = []
var _seen: Array[Dictionary] = []


func _ready() -> void:
	var arguments := OS.get_cmdline_user_args()
	var path := arguments[arguments.find("--plan") + 1]
	_plan = JSON.parse_string(FileAccess.get_file_as_string(path))
	_shots = _plan.get("shots", [])
	_keys = _plan.get("keys", [])
	_typed = _plan.get("typed", [])
	_clicks = _plan.get("clicks", [])
	if _plan.has("size"):
		get_window().size = Vector2i(_plan["size"][0], _plan["size"][1])
	_show = SHOW.instantiate()
	_bridge = ScriptedBridge.new()
	_bridge.plan = _plan
	var real := _show.get_node("Bridge")
	real.replace_by(_bridge)
	real.free()
	_bridge.name = "Bridge"
	seed(1)
	add_child(_show)


func _process(_delta: float) -> void:
	_note()
	while not _keys.is_empty() and _bridge.seconds >= _keys[0]["at"]:
		var event := InputEventKey.new()
		event.keycode = OS.find_keycode_from_string(_keys.pop_front()["key"])
		event.pressed = true
		Input.parse_input_event(event)
		event = event.duplicate()
		event.pressed = false
		Input.parse_input_event(event)
	while not _typed.is_empty() and _bridge.seconds >= _typed[0]["at"]:
		_type(_typed.pop_front()["text"])
	while not _clicks.is_empty() and _bridge.seconds >= _clicks[0]["at"]:
		_click(_clicks.pop_front()["on"])
	if not _shots.is_empty() and _bridge.seconds >= _shots[0]:
		_shoot(_shots.pop_front())
	if _bridge.seconds >= _plan["until"]:
		set_process(false)
		_finish()


func _shoot(at: float) -> void:
	await RenderingServer.frame_post_draw
	var image := get_viewport().get_texture().get_image()
	image.convert(Image.FORMAT_RGBA8)
	var path := "%s/%06.3f" % [_plan["out"], at]
	image.save_png(path + ".png")
	var file := FileAccess.open(path + ".rgba", FileAccess.WRITE)
	file.store_buffer(image.get_data())
	file.close()


func _type(text: String) -> void:
	for letter in text:
		var event := InputEventKey.new()
		event.unicode = letter.unicode_at(0)
		event.keycode = OS.find_keycode_from_string(letter.to_upper())
		event.pressed = true
		Input.parse_input_event(event)


## On the middle of a node of the overlay's channel panel, or on [x, y].
func _click(on: Variant) -> void:
	var at := Vector2(on[0], on[1]) if on is Array else _panel_node(on).get_global_rect().get_center()
	at = get_viewport().get_screen_transform() * at
	for pressed: bool in [true, false]:
		var event := InputEventMouseButton.new()
		event.button_index = MOUSE_BUTTON_LEFT
		event.position = at
		event.global_position = at
		event.pressed = pressed
		Input.parse_input_event(event)


func _panel_node(node: String) -> Control:
	return (_show.get_node("Overlay") as Overlay).channel.get_node("%" + node)


func _note() -> void:
	var stage: SpeechStage = _show.get_node("SpeechStage")
	var overlay: Overlay = _show.get_node("Overlay")
	var avatar: Kit = _show.get_node("Avatar")
	var sweep := overlay.caption.sweep
	(
		_seen
		. append(
			{
				"s": _bridge.seconds,
				"sounding": stage.clock.sounding,
				"utterance": stage.clock.utterance,
				"position": stage.clock.seconds,
				"weights": Array(stage.weights),
				"mo": avatar.mo,
				"ms": avatar.ms,
				"wave": avatar.wave,
				"mood": avatar.mood(),
				"word": sweep.word,
				"progress": sweep.progress,
				"caption": sweep.text if overlay.caption.is_shown() else "",
				"bubble": _numbers(overlay.caption.bubble_rect()),
				"card": overlay.card.is_shown(),
				"card_drawn": overlay.card.card_rect().has_area(),
				"card_text": (overlay.card.get_node("%Text") as Label).text,
				"state": overlay.pill.state(),
				"channel_seen": overlay.channel.seen(),
				"channel_said": Array(overlay.channel.said()),
				"channel_rect": _numbers(overlay.channel.rect()),
				"flash": (_show.get_node("Flash") as CanvasItem).visible,
			}
		)
	)


func _finish() -> void:
	await RenderingServer.frame_post_draw
	var overlay: Overlay = _show.get_node("Overlay")
	var avatar: Avatar = _show.get_node("Avatar")
	var face := avatar.face_rect()
	var result := {
		"seen": _seen,
		"posted": _bridge.posted,
		"stops": _bridge.stops,
		"bad": _bridge.wire.bad,
		"pixels": [get_viewport().get_texture().get_width(), get_viewport().get_texture().get_height()],
		"viewport": _numbers(get_viewport().get_visible_rect()),
		"face": _numbers(Rect2(avatar.position + face.position * avatar.scale, face.size * avatar.scale)),
		"caption": _numbers(overlay.caption.bubble_rect()),
		"card": _numbers(overlay.card.card_rect()),
		"pill": _numbers(overlay.pill.get_rect()),
		"buttons": _numbers(overlay.buttons.get_rect()),
		"card_text": (overlay.card.get_node("%Text") as Label).text,
	}
	var file := FileAccess.open("%s/rehearsal.json" % _plan["out"], FileAccess.WRITE)
	file.store_string(JSON.stringify(result))
	file.close()
	# The show's own end: it lets go of the voice first.
	_show.notification(NOTIFICATION_WM_CLOSE_REQUEST)


static func _numbers(rect: Rect2) -> Array[float]:
	return [rect.position.x, rect.position.y, rect.end.x, rect.end.y]
