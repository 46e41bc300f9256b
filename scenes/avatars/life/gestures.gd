class_name Gestures
extends RefCounted
## Gestures as curves over time: each adds to the pose while it lasts.

const WAVE := &"wave"
const NOD := &"nod"
const SHAKE := &"shake"
const SECONDS: Dictionary[StringName, float] = {&"wave": 1.9, &"nod": 0.85, &"shake": 0.95}
const MAX_RUNNING := 4

## Degrees of yaw, pitch, roll to add.
var head := Vector3.ZERO
## 0..1: how far the paw is up.
var paw := 0.0

var _running: Dictionary[StringName, float] = {}


## Starts a gesture; false when there is none of that name.
func start(gesture: StringName) -> bool:
	if not SECONDS.has(gesture):
		return false
	if _running.size() < MAX_RUNNING and not _running.has(gesture):
		_running[gesture] = 0.0
	return true


func advance(seconds: float) -> void:
	head = Vector3.ZERO
	paw = 0.0
	if _running.is_empty():
		return
	for gesture: StringName in _running.keys():
		var time := _running[gesture] + seconds
		if time >= SECONDS[gesture]:
			_running.erase(gesture)
			continue
		_running[gesture] = time
		_add(gesture, time, time / SECONDS[gesture])


func _add(gesture: StringName, time: float, part: float) -> void:
	var swell := sin(PI * part)
	match gesture:
		WAVE:
			# The spring behind the parameter makes the way up and down; the last quarter is the way down.
			paw = 1.0 if part < 0.75 else 0.0
			head += Vector3(-2.0, 1.5, 5.0) * smoothstep(0.0, 0.2, part) * (1.0 - smoothstep(0.75, 1.0, part))
		NOD:
			head.y -= 11.0 * swell * maxf(sin(time * TAU * 2.4), -0.35)
		SHAKE:
			head.x += 11.0 * swell * sin(time * TAU * 2.6)
