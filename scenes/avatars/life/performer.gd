class_name Performer
extends RefCounted
## Makes one set of parameters a frame out of mood, speech, gesture and idle motion.
## Works for any avatar with the common parameters.
##
## Order: the mood's pose through springs, then the mouth (speech owns it by the sum of the viseme weights), then head accents,
## idle motion and blinks.

## Angular frequency of the springs (rad/s): the face blends in about 0.2 s, the head takes longer, eyes jump.
const FACE_FREQUENCY := 16.0
const HEAD_FREQUENCY := 9.0
const EYE_FREQUENCY := 26.0
const DAMPING_RATIO := 0.8
const HEAD: Array[StringName] = [&"yaw", &"pitch", &"roll", &"ears", &"wave"]
const EYES: Array[StringName] = [&"gx", &"gy", &"open"]
const MOUTH: Array[StringName] = [&"mo", &"mw", &"mr", &"ms", &"mt", &"ml", &"mg", &"cat", &"bite"]
const NEUTRAL := &"neutral"
const THINKING := &"thinking"
## After speech the mouth stays shut this long before a mood may open it again.
const REST_S := 0.35
## A mood lasts this long after the last sound.
const MOOD_HOLD_S := 4.0
## How much of a mood's smile shows through speech.
const SMILE_THROUGH := 0.6
const GLANCE_S := 0.9

var values := PackedFloat32Array()
## The mood asked for last; neutral when it is unknown.
var mood := NEUTRAL
var idle: IdleMotion
var gestures := Gestures.new()

var _parameters: Array[StringName]
var _defaults: PackedFloat32Array
var _moods_baked: Dictionary[StringName, PackedFloat32Array] = {}
var _shapes: Array[PackedFloat32Array] = []
var _springs: Array[Spring] = []
var _weights := PackedFloat32Array()
var _thinking := false
var _quiet_s := 1e6
var _accent := 0.0
var _at: Dictionary[StringName, int] = {}


func _init(
	parameters: Array[StringName],
	defaults: PackedFloat32Array,
	moods: PoseTable,
	visemes: PoseTable,
	random: RandomNumberGenerator
) -> void:
	_parameters = parameters
	_defaults = defaults
	idle = IdleMotion.new(random)
	values = defaults.duplicate()
	for i in parameters.size():
		_at[parameters[i]] = i
		var spring := Spring.tuned(_frequency(parameters[i]), DAMPING_RATIO)
		spring.settle(defaults[i])
		_springs.append(spring)
	for known in moods.names():
		_moods_baked[known] = moods.baked(known, parameters, defaults)
	_moods_baked[NEUTRAL] = moods.baked(NEUTRAL, parameters, defaults)
	for viseme in Visemes.NAMES:
		_shapes.append(visemes.baked(viseme, parameters, defaults))
	_weights.resize(Visemes.NAMES.size())


func express(asked: StringName) -> void:
	var known := asked if _moods_baked.has(asked) else NEUTRAL
	if known != mood:
		idle.blink()
	mood = known
	_quiet_s = minf(_quiet_s, REST_S)


func think(on: bool) -> void:
	_thinking = on


func set_visemes(weights: PackedFloat32Array) -> void:
	for i in _weights.size():
		_weights[i] = weights[i]


func advance(seconds: float) -> void:
	var voice := 0.0
	for weight in _weights:
		voice += weight
	voice = minf(voice, 1.0)
	_quiet_s = 0.0 if voice > 0.01 else _quiet_s + seconds
	idle.liveliness = 1.25 if voice > 0.5 else 1.0
	idle.advance(seconds)
	gestures.advance(seconds)
	_show_mood(seconds)
	if voice > 0.0:
		_speak(voice)
	_accentuate(seconds)
	_live()


func _show_mood(seconds: float) -> void:
	var shown := mood if _quiet_s <= MOOD_HOLD_S else NEUTRAL
	if _thinking and shown == NEUTRAL and _moods_baked.has(THINKING):
		shown = THINKING
	var pose := _moods_baked[shown]
	var mouth := _at[&"mo"]
	for i in values.size():
		var target := pose[i]
		if i == mouth and _quiet_s < REST_S:
			target = _defaults[i]
		values[i] = _springs[i].advance(target, seconds)


func _speak(voice: float) -> void:
	var smile := values[_at[&"ms"]] - _defaults[_at[&"ms"]]
	for parameter in MOUTH:
		var index := _at[parameter]
		var shaped := 0.0
		for v in _weights.size():
			if _weights[v] > 0.0:
				shaped += _weights[v] * _shapes[v][index]
		shaped /= voice
		if parameter == &"ms":
			shaped += smile * SMILE_THROUGH
		values[index] = lerpf(values[index], shaped, voice)


func _accentuate(seconds: float) -> void:
	var open := values[_at[&"mo"]] if _quiet_s == 0.0 else 0.0
	_accent = lerpf(_accent, open, 1.0 - exp(-seconds / 0.09))
	values[_at[&"pitch"]] += 3.5 * _accent
	values[_at[&"brow_y"]] += 0.28 * _accent


func _live() -> void:
	var head := idle.head + gestures.head
	values[_at[&"yaw"]] += head.x
	values[_at[&"pitch"]] += head.y
	values[_at[&"roll"]] += head.z
	values[_at[&"gx"]] += idle.gaze.x
	values[_at[&"gy"]] += idle.gaze.y
	values[_at[&"open"]] = maxf(values[_at[&"open"]], 0.0) * idle.lids
	values[_at[&"wave"]] = gestures.paw


static func _frequency(parameter: StringName) -> float:
	if parameter in HEAD:
		return HEAD_FREQUENCY
	return EYE_FREQUENCY if parameter in EYES else FACE_FREQUENCY
