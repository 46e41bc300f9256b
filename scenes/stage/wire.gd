class_name Wire
extends RefCounted
## Frames between Godot and Python: one JSON header line, then raw bytes (the twin of `python/sidecast/flow/frame.py`).
##
## Headers come from a program, so what is missing or of the wrong type is a fault there: it is counted and left out,
## never a crash.

const MAX_HEADER := 64 * 1024
const NEWLINE := 10

## Frames that could not be read, since the start.
var bad := 0

var _json := JSON.new()


static func encode(header: Dictionary) -> PackedByteArray:
	var frame := JSON.stringify(header).to_utf8_buffer()
	frame.append(NEWLINE)
	return frame


## The header of a frame; empty, and counted, when it has none.
func decode(topic: String, frame: PackedByteArray) -> Dictionary:
	var end := frame.find(NEWLINE)
	if end < 0 or end > MAX_HEADER:
		return _refuse(topic, "it has no header line")
	if _json.parse(frame.slice(0, end).get_string_from_utf8()) != OK:
		return _refuse(topic, "its header is not JSON (%s)" % _json.get_error_message())
	if not _json.data is Dictionary:
		return _refuse(topic, "its header is no object")
	return _json.data


func refuse(topic: String, why: String) -> void:
	bad += 1
	push_warning("A frame of topic %s was left out: %s." % [topic, why])


func _refuse(topic: String, why: String) -> Dictionary:
	refuse(topic, why)
	return {}


static func text(header: Dictionary, key: String, default := "") -> String:
	var value: Variant = header.get(key)
	return value if value is String else default


static func number(header: Dictionary, key: String, default := 0.0) -> float:
	var value: Variant = header.get(key)
	return value if value is float or value is int else default


static func whole(header: Dictionary, key: String, default := 0) -> int:
	return int(number(header, key, default))


static func flag(header: Dictionary, key: String, default := false) -> bool:
	var value: Variant = header.get(key)
	return value if value is bool else default


static func list(header: Dictionary, key: String) -> Array:
	var value: Variant = header.get(key)
	return value if value is Array else []
