extends BridgeLink
## A bridge without Python: cues come from a plan, the mixer's blocks from the frame count. For the verification scenes only.
##
## plan: {"cues": [{"at": s, "topic": …, "header": {…}}], "voice": [{"utterance": n, "from": s, "to": s}]}

const RATE := 16000
## Blocks as Godot's Dummy driver makes them: the coarsest that the mouth has to cope with.
const BLOCK_S := 4096.0 / 44100.0

var plan: Dictionary = {}
var posted: Array[Dictionary] = []
var stops := 0
var seconds := 0.0

var _next := 0
var _end_asked := false


func start(_config: Dictionary) -> String:
	return ""


func is_running() -> bool:
	return true


func _process(delta: float) -> void:
	seconds += delta


func drain() -> void:
	var cues: Array = plan.get("cues", [])
	while _next < cues.size() and cues[_next]["at"] <= seconds:
		var frame := (
			(cues[_next]["raw"] as String).to_utf8_buffer() if cues[_next].has("raw") else Wire.encode(cues[_next]["header"])
		)
		_on_event(cues[_next]["topic"], frame)
		_next += 1
	act()


func send(topic: String, frame: PackedByteArray) -> bool:
	posted.append({"topic": topic, "header": wire.decode(topic, frame), "at": seconds})
	return true


func now_ns() -> int:
	return int(seconds * 1e9) + 1


func playhead() -> PackedInt64Array:
	var block := floorf(seconds / BLOCK_S) * BLOCK_S
	for voice: Dictionary in plan.get("voice", []):
		if block >= voice["from"] and block < voice["to"]:
			return [voice["utterance"], int((block - voice["from"]) * RATE), RATE, int(block * 1e9) + 1, 1]
	return [0, 0, RATE, int(block * 1e9) + 1, 0]


func stop_speech() -> void:
	stops += 1


func quit_requested() -> bool:
	return false


func request_end() -> void:
	_end_asked = true


func ended() -> bool:
	return _end_asked


func exit_code() -> int:
	return 0


func error() -> String:
	return ""


func stats() -> Dictionary:
	return {"mixes": 1}
