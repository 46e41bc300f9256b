@tool
class_name Spring
extends RefCounted
## A damped spring, semi-implicit Euler in steps of at most 1/60 s so that a slow frame does not make it explode.

const STEP_S := 1.0 / 60.0
const MAX_STEPS := 6

var position := 0.0
var velocity := 0.0
var stiffness: float
var damping: float


func _init(pull: float, drag: float) -> void:
	stiffness = pull
	damping = drag


## A spring by angular frequency (rad/s) and damping ratio (1 = no overshoot).
static func tuned(frequency: float, ratio: float) -> Spring:
	return Spring.new(frequency * frequency, 2.0 * ratio * frequency)


## Moves towards `target` for `seconds`; returns the new position.
func advance(target: float, seconds: float) -> float:
	var steps := clampi(ceili(seconds / STEP_S), 1, MAX_STEPS)
	var h := minf(seconds, STEP_S * MAX_STEPS) / steps
	for _i in steps:
		velocity += (stiffness * (target - position) - damping * velocity) * h
		position += velocity * h
	return position


func settle(at: float) -> void:
	position = at
	velocity = 0.0
