class_name IdleMotion
extends RefCounted
## What a living thing does when it does nothing: blinks, looks about, sways, breathes.
##
## Eyes lead: the head follows a glance a tenth of a second later, and only part of the way.

const BLINK_CLOSE_S := 0.08
const BLINK_HOLD_S := 0.02
const BLINK_OPEN_S := 0.10
const BLINK_S := BLINK_CLOSE_S + BLINK_HOLD_S + BLINK_OPEN_S
const BLINK_EVERY_S := Vector2(2.0, 6.0)
const DOUBLE_BLINKS := 0.15
const SACCADE_EVERY_S := Vector2(0.8, 2.5)
const GAZE_REACH := Vector2(0.35, 0.22)
## Degrees of yaw, pitch, roll.
const SWAY := Vector3(7.0, 5.0, 4.0)
const BREATH_HZ := 0.27
const HEAD_DELAY_S := 0.1
## Degrees of yaw and pitch the head turns for a full look aside.
const HEAD_FOLLOW := Vector2(9.0, 5.0)

## 1 open .. 0 closed.
var lids := 1.0
## x -1 left .. 1 right, y -1 up .. 1 down.
var gaze := Vector2.ZERO
## Degrees of yaw, pitch, roll.
var head := Vector3.ZERO
## -1 out .. 1 in.
var breath := 0.0
## How much it sways; an attentive or speaking host moves differently from a waiting one.
var liveliness := 1.0

var _random: RandomNumberGenerator
var _noise := FastNoiseLite.new()
var _time := 0.0
var _blink_at := 1.2
var _look_at := 0.6
var _glance_until := -1.0
var _follow_at := -1.0
var _followed := Vector2.ZERO
var _follow_x := Spring.tuned(7.0, 0.85)
var _follow_y := Spring.tuned(7.0, 0.85)


func _init(random: RandomNumberGenerator) -> void:
	_random = random
	_noise.seed = random.randi() & 0xffff
	_noise.frequency = 0.35


func advance(seconds: float) -> void:
	_time += seconds
	breath = sin(_time * TAU * BREATH_HZ)
	_blink()
	_look()
	_sway(seconds)


## Looks at one place for `seconds`.
func glance(towards: Vector2, seconds: float) -> void:
	_turn_eyes(towards)
	_glance_until = _time + seconds
	_look_at = _glance_until


## A blink starts now: people blink when they change their mind.
func blink() -> void:
	_blink_at = _time


func _blink() -> void:
	var since := _time - _blink_at
	lids = 1.0
	if since < 0.0:
		return
	if since >= BLINK_S:
		var again := _random.randf() < DOUBLE_BLINKS
		_blink_at = _time + (0.06 if again else _random.randf_range(BLINK_EVERY_S.x, BLINK_EVERY_S.y))
	elif since < BLINK_CLOSE_S:
		lids = 1.0 - smoothstep(0.0, BLINK_CLOSE_S, since)
	else:
		lids = smoothstep(BLINK_CLOSE_S + BLINK_HOLD_S, BLINK_S, since)


func _look() -> void:
	if _time >= _look_at:
		_look_at = _time + _random.randf_range(SACCADE_EVERY_S.x, SACCADE_EVERY_S.y)
		# Half of all looks go straight at the viewer.
		var aside := Vector2(_random.randf_range(-1.0, 1.0), _random.randf_range(-1.0, 1.0))
		_turn_eyes(Vector2.ZERO if _random.randf() < 0.5 else aside * GAZE_REACH)
	if _follow_at >= 0.0 and _time >= _follow_at:
		_followed = gaze
		_follow_at = -1.0


func _turn_eyes(towards: Vector2) -> void:
	gaze = towards
	_follow_at = _time + HEAD_DELAY_S


func _sway(seconds: float) -> void:
	var slow := _time * 1.6
	var drift := Vector3(_noise.get_noise_1d(slow), _noise.get_noise_1d(slow + 90.0), _noise.get_noise_1d(slow + 180.0))
	head = drift * SWAY * 1.4 * liveliness
	head.x += _follow_x.advance(_followed.x, seconds) * HEAD_FOLLOW.x
	head.y -= _follow_y.advance(_followed.y, seconds) * HEAD_FOLLOW.y
