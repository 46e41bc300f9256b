class_name FrameMeter
extends RefCounted
## Frame and drain times of the last second.

const MOST := 512

var _frames := PackedFloat32Array()
var _drains := PackedFloat32Array()
var _count := 0
var _seconds := 0.0


func _init() -> void:
	_frames.resize(MOST)
	_drains.resize(MOST)


## Takes one frame; true when a second is full and `read` should be called.
func add(seconds: float, drain_ms: float) -> bool:
	if _count < MOST:
		_frames[_count] = seconds * 1000.0
		_drains[_count] = drain_ms
		_count += 1
	_seconds += seconds
	return _seconds >= 1.0


## Figures of the second, and a fresh start.
func read() -> Dictionary:
	var figures := {
		"fps": snappedf(_count / maxf(_seconds, 1e-6), 0.01),
		"frame_ms_p99": _p99(_frames),
		"drain_ms_p99": _p99(_drains),
	}
	_count = 0
	_seconds = 0.0
	return figures


func _p99(values: PackedFloat32Array) -> float:
	if _count == 0:
		return 0.0
	var sorted := values.slice(0, _count)
	sorted.sort()
	return snappedf(sorted[mini(int(_count * 0.99), _count - 1)], 0.001)
