extends Node
## Starts the bridge, echoes what comes, says what it sees, ends in good order. Words after `--` change what it does:
##   voice           plays a SpeechStream
##   second-voice    and another one before it
##   capture         writes what the master bus mixed to captured.f32 (left channel)
##   post-unicode    posts frames with a topic and bytes of all kinds as soon as Python is ready
##   flood           posts more than Python's queue holds
##   hold            counts frames while Python holds the GIL; see test_gil.py
##   twice           starts Python a second time
##   end-when-ready  asks Python to end when it says that it is ready
##   deaf            does not end when a signal asks for it
##   freed-at-once   frees the bridge when Python is ready, without asking first
##   silence         says when the voice was stopped and is silent, without asking Python
##   small-budget    drains with a budget of 0 µs

## Frames between the player's stop and the quit, so that the mixer lets go of its playback.
const LAST_FRAMES := 8
const HELD_FRAMES := 30

var bridge: PythonBridge
var players: Array[AudioStreamPlayer] = []
var capture: AudioEffectCapture
var plan := OS.get_cmdline_user_args()
var holding := false
var held_frames := 0
var drained_most := 0
var frames_left := -1
var silent := false


func say(what: String, fields: Dictionary = {}) -> void:
	print("@", JSON.stringify({"what": what, "at_ns": bridge.now_ns() if is_instance_valid(bridge) else 0}.merged(fields)))


## Without the bridge: makes a file in the folder that project/watch.py watches.
func signal_python() -> void:
	var path := OS.get_environment("BRIDGE_TEST_FOLDER").path_join("signals/go")
	FileAccess.open(path, FileAccess.WRITE).close()


func _ready() -> void:
	bridge = PythonBridge.new()
	add_child(bridge)
	bridge.event.connect(_on_event)
	if "capture" in plan:
		capture = AudioEffectCapture.new()
		capture.buffer_length = 30.0
		AudioServer.add_bus_effect(0, capture)
		say("mix", {"rate": AudioServer.get_mix_rate()})
	if "second-voice" in plan:
		_add_player()
	if "voice" in plan:
		_add_player()
	var path := OS.get_environment("BRIDGE_TEST_FOLDER").path_join("bridge.json")
	var config: Dictionary = JSON.parse_string(FileAccess.get_file_as_string(path))
	var started := bridge.start(config)
	say("started", {"ok": started, "error": bridge.error()})
	if "twice" in plan:
		say("again", {"ok": bridge.start(config), "error": bridge.error()})
	if not started:
		_leave()


func _add_player() -> void:
	var player := AudioStreamPlayer.new()
	player.stream = SpeechStream.new()
	add_child(player)
	player.play()
	players.append(player)


func _write_capture() -> void:
	var left := PackedFloat32Array()
	for frame in capture.get_buffer(capture.get_frames_available()):
		left.append(frame.x)
	var path := OS.get_environment("BRIDGE_TEST_FOLDER").path_join("captured.f32")
	FileAccess.open(path, FileAccess.WRITE).store_buffer(left.to_byte_array())


func _on_event(topic: String, frame: PackedByteArray) -> void:
	match topic:
		"echo":
			bridge.post(topic, frame)
		"ready":
			_on_python_ready()
		"hold":
			# Python takes the GIL about now, and lets it go after HELD_FRAMES.
			holding = true
		"block":
			_block()
		"stop":
			var asked := bridge.now_ns()
			say("stopped", {"epoch": bridge.stop_speech(), "asked_ns": asked})
		_:
			say("event", {"topic": topic, "hex": frame.hex_encode()})


func _on_python_ready() -> void:
	if "post-unicode" in plan:
		var every_byte := PackedByteArray(range(256))
		say("posted", {"ok": bridge.post("grüße ✓ 🎉", "{}\n".to_utf8_buffer() + every_byte)})
		say("posted", {"ok": bridge.post("", PackedByteArray())})
	if "flood" in plan:
		var accepted := 0
		for i in 9000:
			if bridge.post("flood", "{}\n".to_utf8_buffer()):
				accepted += 1
		say("flooded", {"accepted": accepted, "stats": bridge.stats()})
		signal_python()
	if "end-when-ready" in plan:
		say("asked")
		bridge.request_end()
	if "freed-at-once" in plan:
		say("freeing")
		bridge.queue_free()


func _process(_delta: float) -> void:
	if not is_instance_valid(bridge):
		say("freed")
		set_process(false)
		get_tree().quit(0)
		return
	if frames_left >= 0:
		_count_down()
		return
	var drained := bridge.drain(0 if "small-budget" in plan else 2000)
	if holding:
		_count_held_frame()
	if "silence" in plan:
		_look_for_silence()
	if bridge.quit_requested():
		if "deaf" in plan:
			say("deaf")
			return
		bridge.request_end()
	drained_most = maxi(drained_most, drained)
	if bridge.ended() and drained == 0:
		_leave()


## Every method that a frame or a key may call, while the GIL is not to be had.
func _count_held_frame() -> void:
	held_frames += 1
	bridge.post("while-held", "{}\n".to_utf8_buffer())
	bridge.stop_speech()
	bridge.epoch()
	bridge.playhead()
	bridge.stats()
	bridge.quit_requested()
	bridge.ended()
	bridge.error()
	if held_frames == HELD_FRAMES:
		holding = false
		say("held", {"frames": held_frames})
		signal_python()


## No frame until Python has made a file.
func _block() -> void:
	var path := OS.get_environment("BRIDGE_TEST_FOLDER").path_join("go-on")
	say("blocked")
	while not FileAccess.file_exists(path):
		OS.delay_msec(2)
	say("unblocked")


func _look_for_silence() -> void:
	if not silent and bridge.epoch() > 1 and bridge.playhead()[4] == 0:
		silent = true
		say("silent")


func _leave() -> void:
	var figures := {"code": bridge.exit_code(), "error": bridge.error(), "stats": bridge.stats()}
	figures["playhead"] = bridge.playhead()
	figures["drained_most"] = drained_most
	say("left", figures)
	for player in players:
		player.stop()
	frames_left = LAST_FRAMES


func _count_down() -> void:
	frames_left -= 1
	if frames_left == 0:
		if capture != null:
			_write_capture()
		get_tree().quit(0 if bridge.quit_requested() else bridge.exit_code())
