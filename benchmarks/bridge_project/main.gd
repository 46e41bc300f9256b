extends Node
## Measures the bridge from a frame's point of view, at 60 frames a second. Prints one JSON object a sample, after an `@`.
##
## Each phase asks Python to keep a number of threads busy, waits until they are, and takes its samples.

const DRAIN_USEC := 1500
const FILLED := 8000
const POSTS_A_SAMPLE := 20
const FRAME_BYTES := 128
## [sample, busy threads, samples]
const PHASES := [
	["drain", 0, 600],
	["drain", 1, 600],
	["drain", 4, 600],
	["gil", 4, 200],
	["events", 0, 20],
	["post", 0, 200],
]

var bridge: PythonBridge
var body := ("{}\n" + "x".repeat(FRAME_BYTES - 3)).to_utf8_buffer()
var phase := -1
var left := 0
var waiting_for := -1
var filling_until := -1


func _ready() -> void:
	bridge = PythonBridge.new()
	add_child(bridge)
	bridge.event.connect(_on_event)
	var config: Dictionary = JSON.parse_string(FileAccess.get_file_as_string(OS.get_environment("BRIDGE_BENCH_CONFIG")))
	if not bridge.start(config):
		push_error(bridge.error())
		get_tree().quit(1)


func _on_event(topic: String, frame: PackedByteArray) -> void:
	match topic:
		"ready":
			_next_phase()
		"busy":
			if frame.get_string_from_ascii().to_int() == waiting_for:
				waiting_for = -1


func _process(_delta: float) -> void:
	if bridge.ended():
		get_tree().quit(bridge.exit_code())
	elif phase < 0 or phase >= PHASES.size() or waiting_for >= 0:
		bridge.drain(DRAIN_USEC)
	elif left == 0:
		_next_phase()
	else:
		call("_take_" + PHASES[phase][0])


func _next_phase() -> void:
	phase += 1
	if phase == PHASES.size():
		bridge.request_end()
		return
	waiting_for = PHASES[phase][1]
	left = PHASES[phase][2]
	bridge.post("burn", str(waiting_for).to_ascii_buffer())


func _sample(value: float) -> void:
	left -= 1
	print("@", JSON.stringify({"what": PHASES[phase][0], "burn": PHASES[phase][1], "value": value}))


## ms of a frame's drain; Python answers each frame's tick with two frames.
func _take_drain() -> void:
	bridge.post("tick", body)
	var before := bridge.now_ns()
	bridge.drain(DRAIN_USEC)
	_sample((bridge.now_ns() - before) / 1e6)


## ms that a frame waits for the GIL, which the product never does.
func _take_gil() -> void:
	bridge.drain(DRAIN_USEC)
	var before := bridge.now_ns()
	bridge.call("touch_gil")
	_sample((bridge.now_ns() - before) / 1e6)


## Frames drained and signalled in a second, once the queue was filled.
func _take_events() -> void:
	var total: int = bridge.stats()["to_godot_total"]
	if filling_until < 0:
		while bridge.drain(DRAIN_USEC) > 0:
			pass
		filling_until = total + FILLED
		bridge.post("fill", str(FILLED).to_ascii_buffer())
	elif total >= filling_until:
		filling_until = -1
		var before := bridge.now_ns()
		var drained := 0
		while drained < FILLED:
			drained += bridge.drain(1_000_000)
		_sample(drained / ((bridge.now_ns() - before) / 1e9))


## µs of one post.
func _take_post() -> void:
	bridge.drain(DRAIN_USEC)
	var before := bridge.now_ns()
	for i in POSTS_A_SAMPLE:
		bridge.post("post", body)
	_sample((bridge.now_ns() - before) / 1e3 / POSTS_A_SAMPLE)
