class_name VisemeTrack
extends RefCounted
## The mouth of one utterance over its own time: neighbouring shapes flow into each other, as they do in a real mouth.

## Half the width of the transition between two shapes, seconds.
const EDGE_S := 0.045
## How much earlier than its sound a shape is due, seconds. A mouth takes its shape before it is heard, and viewers bear a
## picture that leads better than one that lags. In films the median skew was -35 ms with a lead of 30 ms, and between 2 and
## 24 ms with one of 7 ms (it moves by half a frame from run to run): this much puts it around 0.
const LEAD_S := 0.020
## How much more the shapes weigh that a viewer reads from the lips.
const CRITICAL_WEIGHT := 1.6
const CRITICAL: Array[StringName] = [&"PP", &"FF", &"CH", &"oh", &"ou"]
const MAX_SEGMENTS := 4096

var utterance := 0
var _shapes := PackedInt32Array()
var _starts := PackedFloat32Array()
var _ends := PackedFloat32Array()
var _first := 0


## A track from the header of a `speak` cue; null when it is not one.
static func from_cue(header: Dictionary) -> VisemeTrack:
	if not header.has("utterance") or not header.get("visemes") is Array or header["visemes"].size() > MAX_SEGMENTS:
		return null
	var track := VisemeTrack.new()
	track.utterance = Wire.whole(header, "utterance")
	for segment: Variant in header["visemes"]:
		if not segment is Dictionary or not track._append(segment):
			return null
	return track


func _append(segment: Dictionary) -> bool:
	var start := Wire.number(segment, "start_s", -1.0)
	var end := Wire.number(segment, "end_s", -1.0)
	if not segment.get("name") is String or start < 0.0 or end < start:
		return false
	_shapes.append(Visemes.index_of(segment["name"]))
	_starts.append(start)
	_ends.append(end)
	return true


func size() -> int:
	return _shapes.size()


## Writes the weights at `seconds` into `weights` (as many as `Visemes.NAMES`); they sum to 1.
func weigh(seconds: float, weights: PackedFloat32Array) -> void:
	weights.fill(0.0)
	var now := seconds + LEAD_S
	while _first > 0 and _ends[_first - 1] + EDGE_S > now:
		_first -= 1
	while _first < _shapes.size() and _ends[_first] + EDGE_S <= now:
		_first += 1
	var total := 0.0
	for i in range(_first, _shapes.size()):
		if _starts[i] - EDGE_S >= now:
			break
		var rise := smoothstep(_starts[i] - EDGE_S, _starts[i] + EDGE_S, now)
		var fall := 1.0 - smoothstep(_ends[i] - EDGE_S, _ends[i] + EDGE_S, now)
		var weight := rise * fall
		if Visemes.NAMES[_shapes[i]] in CRITICAL:
			weight *= CRITICAL_WEIGHT
		weights[_shapes[i]] += weight
		total += weight
	if total <= 0.0:
		weights[Visemes.SILENCE] = 1.0
		return
	for i in weights.size():
		weights[i] /= total
