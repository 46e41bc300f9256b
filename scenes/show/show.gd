extends Node
## The main scene: hands what comes from Python to those who show it, and sends back what the streamer does.
##
## Frame order: events from Python, then the mixer's position, then mouth and caption of this very position.
## Scripts find each other by `class_name`, for which Godot needs one `--import`; the launcher does it before each start.

const SYNC_UTTERANCE := 0
const FLASH_S := 0.2
## When the clicks of a recording's beginning sound, s; the same numbers are in python/sidecast/stage/sync.py.
const SYNC_PULSES_S: Array[float] = [0.0, 0.6, 1.3, 2.1, 3.0]
## How long Python may take to end by itself, so that it still hears of its last cut, before its queue is closed.
const ASK_S := 0.8
const END_LIMIT_S := 2.8
## Between stopping the voice and leaving: the mixer lets go of it within two blocks, however fast frames are drawn, and a
## frame after that it is freed. The coarsest blocks have 93 ms.
const MIXER_LETS_GO_MSEC := 220
const LAST_FRAMES := 2
## Without a GPU the picture takes no more frames than it needs: voice and brain run on the same cores.
const SOFTWARE_FPS := 36
const SOFTWARE_RENDERERS: Array[String] = ["llvmpipe", "softpipe", "swiftshader"]
const KEYS := {
	KEY_S: "skip",
	KEY_M: "mute",
	KEY_ESCAPE: "stop",
	KEY_SPACE: "stop",
	KEY_P: "page",
}
const CHANNEL_KEY := KEY_C
const GLANCE_AT_CARD := Vector2(-0.8, 0.1)

var _launch := Launch.new(OS.get_cmdline_user_args())
var _pages := PageOpener.new()
var _due := DueCues.new()
var _meter := FrameMeter.new()
var _ready_sent := false
var _ending_s := -1.0
var _end_requested := false
var _leaving_frames := -1
var _leave_msec := 0
var _code := 0
var _last_ns := 0

@onready var _bridge: BridgeLink = $Bridge
@onready var _stage: SpeechStage = $SpeechStage
@onready var _backdrop: Backdrop = $Backdrop
@onready var _avatar: Avatar = $Avatar
@onready var _overlay: Overlay = $Overlay
@onready var _trouble: Trouble = $Trouble
@onready var _flash: ColorRect = $Flash


func _ready() -> void:
	if _draws_in_software():
		Engine.max_fps = SOFTWARE_FPS
	get_viewport().size_changed.connect(_arrange)
	_clear_window(_launch.has("--transparent"))
	_bridge.cue.connect(_on_cue)
	_stage.utterance_started.connect(_on_utterance_started)
	_overlay.buttons.pressed.connect(_on_order)
	_overlay.channel.asked.connect(func(channel: String) -> void: _bridge.post("channel", {"name": channel}))
	var trouble := _launch.trouble if _launch.trouble else _bridge.start(_launch.config)
	if trouble:
		_give_up(trouble)
	else:
		_stage.start()


func _process(delta: float) -> void:
	if _leaving_frames >= 0:
		_leave()
		return
	# Godot's own delta is cut at 150 ms, which would hide slow frames.
	var now_ns := _bridge.now_ns()
	var seconds := (now_ns - _last_ns) * 1e-9 if _last_ns > 0 else delta
	_last_ns = now_ns
	_bridge.drain()
	if _bridge.quit_requested():
		_begin_end()
	_stage.advance(_bridge.playhead(), _bridge.now_ns(), delta)
	var clock := _stage.clock
	_avatar.set_visemes(_stage.weights)
	_flash.visible = clock.sounding and clock.utterance == SYNC_UTTERANCE and _is_pulse(clock.seconds)
	_overlay.caption.advance(clock.utterance, clock.seconds, clock.sounding, delta)
	if _bridge.is_running():
		_report(seconds)
		_watch_end(seconds)


func _notification(what: int) -> void:
	if what == NOTIFICATION_WM_CLOSE_REQUEST:
		_begin_end()


func _unhandled_key_input(event: InputEvent) -> void:
	var key := event as InputEventKey
	if key == null or not key.pressed or key.echo or get_viewport().gui_get_focus_owner() is LineEdit:
		return
	if KEYS.has(key.keycode):
		_on_order(KEYS[key.keycode])
	elif key.keycode == CHANNEL_KEY and not key.is_command_or_control_pressed():
		_overlay.channel.open()
		get_viewport().set_input_as_handled()


## With nothing but the avatar and the overlay in it, or with the backdrop behind them.
##
## Opaque viewports have 10 bits a colour, for which mixing colours takes half as long again without a GPU. The backdrop is
## opaque, so nothing shines through.
func _clear_window(clear: bool) -> void:
	_backdrop.visible = not clear
	get_window().transparent = clear
	get_viewport().transparent_bg = clear or _draws_in_software()
	_arrange()


func _draws_in_software() -> bool:
	var adapter := RenderingServer.get_video_adapter_name().to_lower()
	return SOFTWARE_RENDERERS.any(func(renderer: String) -> bool: return renderer in adapter)


func _arrange() -> void:
	var size := get_viewport().get_visible_rect().size
	var pixels := get_window().size
	var layout := StageLayout.for_window(size, _avatar.canvas_size(), _avatar.face_rect(), _avatar.mouth_at())
	_avatar.position = layout.avatar_at
	_avatar.scale = Vector2.ONE * layout.avatar_scale
	_avatar.set_pixel_scale(layout.avatar_scale * pixels.y / size.y)
	_overlay.arrange(layout)
	if _backdrop.visible:
		_backdrop.arrange(pixels, layout.face.get_center() / size)


func _on_order(hotkey: String) -> void:
	if hotkey == "stop":
		# Silence first, and not through Python: it may be busy.
		_bridge.stop_speech()
	elif hotkey == "page":
		_pages.ask()
	_bridge.post("hotkey", {"name": hotkey})


func _on_cue(topic: String, header: Dictionary) -> void:
	match topic:
		"speak":
			var track := VisemeTrack.from_cue(header)
			if track == null:
				_bridge.wire.refuse(topic, "its visemes cannot be read")
			else:
				_stage.take(track)
		"caption":
			_overlay.caption.take(header)
		"card":
			_overlay.card.take(header)
			if _overlay.card.is_shown():
				_avatar.glance(GLANCE_AT_CARD)
		"channel":
			_overlay.channel.take(header)
		"status":
			_on_status(header)
		"express", "gesture":
			_on_timed(topic, header)
		"mouth":
			_stage.pose(Wire.text(header, "shape"), Wire.number(header, "seconds"))
		"window":
			_clear_window(Wire.flag(header, "transparent"))
		"ended":
			_begin_leave(Wire.whole(header, "code", 1))
		_:
			_bridge.wire.refuse(topic, "the topic is unknown")


func _on_status(header: Dictionary) -> void:
	_overlay.pill.take(header)
	match Wire.text(header, "state"):
		"thinking":
			_avatar.attend(Avatar.Attention.THINKING)
		"speaking":
			_avatar.attend(Avatar.Attention.SPEAKING)
		"muted", "stopped":
			_avatar.attend(Avatar.Attention.AWAY)
		_:
			_avatar.attend(Avatar.Attention.LISTENING)
	if _pages.take(Wire.text(header, "page")):
		_overlay.buttons.offer_page(true)


func _on_timed(topic: String, header: Dictionary) -> void:
	var cue := {"topic": topic, "name": Wire.text(header, "mood" if topic == "express" else "name")}
	var utterance := Wire.whole(header, "utterance", -1)
	if utterance < 0 or (_stage.clock.sounding and utterance == _stage.clock.utterance):
		_act(cue)
	else:
		_due.wait(utterance, cue)


func _act(cue: Dictionary) -> void:
	if cue["topic"] == "express":
		_avatar.express(StringName(cue["name"]))
	else:
		_avatar.gesture(StringName(cue["name"]))


func _is_pulse(seconds: float) -> bool:
	return SYNC_PULSES_S.any(func(start: float) -> bool: return seconds >= start and seconds < start + FLASH_S)


func _on_utterance_started(utterance: int) -> void:
	for cue in _due.due(utterance):
		_act(cue)


func _report(seconds: float) -> void:
	var drawn := Engine.get_frames_drawn() > 0 or DisplayServer.get_name() == "headless"
	if not _ready_sent and _bridge.is_mixing() and drawn:
		var pixels := get_window().size
		_ready_sent = _bridge.post("ready", {"width": pixels.x, "height": pixels.y})
	if _meter.add(seconds, _bridge.drain_ms):
		var figures := _meter.read()
		var stats := _bridge.stats()
		figures["underruns"] = int(stats.get("underruns", 0))
		figures["dropped"] = int(stats.get("dropped", 0))
		_bridge.post("frame_stats", figures)


func _begin_end() -> void:
	if not _bridge.is_running():
		_begin_leave(1 if _trouble.visible else 0)
	elif _ending_s < 0.0:
		_ending_s = 0.0
		_bridge.stop_speech()
		_bridge.post("hotkey", {"name": "quit"})


func _watch_end(seconds: float) -> void:
	if _bridge.ended():
		_begin_leave(_bridge.exit_code())
	elif _ending_s >= 0.0:
		_ending_s += seconds
		if _ending_s > ASK_S and not _end_requested:
			_end_requested = true
			_bridge.request_end()
		if _ending_s > END_LIMIT_S:
			push_error("Python did not end within %.1f s; leaving without it." % END_LIMIT_S)
			_begin_leave(1)


func _begin_leave(code: int) -> void:
	if _leaving_frames >= 0:
		return
	var why := _bridge.error()
	if code != 0 and why:
		push_error(why)
	_code = code
	_stage.stop()
	_leaving_frames = LAST_FRAMES
	_leave_msec = Time.get_ticks_msec() + MIXER_LETS_GO_MSEC


func _leave() -> void:
	if Time.get_ticks_msec() < _leave_msec:
		return
	_leaving_frames -= 1
	if _leaving_frames == 0:
		get_tree().quit(_code)


func _give_up(why: String) -> void:
	push_error(why + " " + Launch.REMEDY)
	_trouble.tell(why, Launch.REMEDY)
	_overlay.visible = false
	_avatar.express(&"sad")
	if _launch.unattended():
		_begin_leave(1)
