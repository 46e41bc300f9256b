class_name BridgeLink
extends Node
## The one place that knows the GDExtension's `PythonBridge`: starts it, drains it, posts to it, ends it.

## A cue or `ended` came from Python; the header is decoded.
signal cue(topic: String, header: Dictionary)

const CLASS := &"PythonBridge"
## Time a frame may spend on taking events over, and on acting on them, µs.
const DRAIN_USEC := 1500
const ACT_USEC := 4000
## With so many events not yet acted on, the rest waits in the bridge's bounded queue.
const MAX_WAITING := 256
const NO_BLOCK: PackedInt64Array = [0, 0, 0, 0, 0]

var wire := Wire.new()
## How long the last `drain` took, ms.
var drain_ms := 0.0

var _bridge: Node
var _topics: Array[String] = []
var _frames: Array[PackedByteArray] = []


func _exit_tree() -> void:
	if _bridge != null:
		_bridge.queue_free()


## Starts Python; empty when it runs, otherwise what went wrong.
func start(config: Dictionary) -> String:
	if not ClassDB.can_instantiate(CLASS):
		return "The bridge to Python is not built (no class %s)." % CLASS
	_bridge = ClassDB.instantiate(CLASS)
	add_child(_bridge)
	_bridge.connect("event", _on_event)
	if not _bridge.start(config):
		var why: String = _bridge.error()
		return why if why else "Python did not start."
	return ""


func is_running() -> bool:
	return _bridge != null


## Takes over what Python posted, then acts on it in order; what takes too long goes on in the next frame.
func drain() -> void:
	if _bridge == null:
		return
	if _topics.size() < MAX_WAITING:
		var before := Time.get_ticks_usec()
		_bridge.drain(DRAIN_USEC)
		drain_ms = (Time.get_ticks_usec() - before) / 1000.0
	act()


## Emits `cue` for what waits.
func act() -> void:
	var until := Time.get_ticks_usec() + ACT_USEC
	while not _topics.is_empty():
		var topic: String = _topics.pop_front()
		var header := wire.decode(topic, _frames.pop_front())
		if not header.is_empty():
			cue.emit(topic, header)
		if Time.get_ticks_usec() > until:
			return


## Sends a mark; its stamp is added here. False when Python's queue is full or closed.
func post(topic: String, header: Dictionary) -> bool:
	header["at_ns"] = now_ns()
	return send(topic, Wire.encode(header))


func send(topic: String, frame: PackedByteArray) -> bool:
	return _bridge != null and _bridge.post(topic, frame)


func stop_speech() -> void:
	if _bridge != null:
		_bridge.stop_speech()


func now_ns() -> int:
	return _bridge.now_ns() if _bridge != null else Time.get_ticks_usec() * 1000


func playhead() -> PackedInt64Array:
	return _bridge.playhead() if _bridge != null else NO_BLOCK


func quit_requested() -> bool:
	return _bridge != null and _bridge.quit_requested()


func request_end() -> void:
	if _bridge != null:
		_bridge.request_end()


func ended() -> bool:
	return _bridge == null or _bridge.ended()


func exit_code() -> int:
	return _bridge.exit_code() if _bridge != null else 1


func error() -> String:
	return _bridge.error() if _bridge != null else ""


## The mixer has asked for sound.
func is_mixing() -> bool:
	return stats().get("mixes", 0) > 0


func stats() -> Dictionary:
	return _bridge.stats() if _bridge != null else {}


func _on_event(topic: String, frame: PackedByteArray) -> void:
	_topics.append(topic)
	_frames.append(frame)
