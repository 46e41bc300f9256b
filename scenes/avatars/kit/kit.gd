@tool
class_name Kit
extends Avatar
## Kit, the fox: parameters in, pixels out. Open `kit.tscn`, move the sliders, and the picture follows in the editor.
##
## With `live` on (and the app running) a `Performer` moves the parameters; off, they stay where they are put.

const CANVAS := Vector2(1024, 1024)
const FACE := Rect2(157, 38, 710, 719)
const MOUTH_AT := Vector2(512, 640)

## Breathe, blink, look about and act by itself.
@export var live := true
@export var moods: PoseTable
@export var visemes: PoseTable

@export_group("Eyes")
## 0 closed, 1 open, more: wide.
@export_range(0.0, 1.15, 0.01) var open := 1.0
## One eye more open than the other; open .5 asym .5 winks.
@export_range(-0.5, 0.5, 0.01) var asym := 0.0
## Lower lid raised.
@export_range(0.0, 1.0, 0.01) var lower := 0.0
## Shape of the closed eye: 0 like a u, 1 like a ^.
@export_range(0.0, 1.0, 0.01) var smile := 0.0
## Slant of the upper lid: -1 sad, 1 angry.
@export_range(-1.0, 1.0, 0.01) var angle := 0.0
## Gaze, -1 left, 1 right.
@export_range(-1.0, 1.0, 0.01) var gx := 0.0
## Gaze, -1 up, 1 down.
@export_range(-1.0, 1.0, 0.01) var gy := 0.0
## Size of the iris.
@export_range(0.8, 1.1, 0.01) var iris := 1.0
## Size of the pupil.
@export_range(0.6, 1.15, 0.01) var pupil := 1.0

@export_group("Brows")
## Height.
@export_range(-1.0, 1.3, 0.01) var brow_y := 0.0
## Slant: -1 sad, 1 angry.
@export_range(-1.0, 1.0, 0.01) var brow_a := 0.0
## Arch.
@export_range(-1.0, 1.0, 0.01) var brow_c := 0.0
## One brow raised.
@export_range(-1.0, 1.0, 0.01) var brow_asym := 0.0

@export_group("Mouth")
## Open.
@export_range(0.0, 1.0, 0.01) var mo := 0.0
## Width.
@export_range(0.0, 1.0, 0.01) var mw := 0.5
## Roundness.
@export_range(0.0, 1.0, 0.01) var mr := 0.0
## Smile.
@export_range(-1.0, 1.0, 0.01) var ms := 0.25
## Upper teeth and fangs.
@export_range(0.0, 1.0, 0.01) var mt := 0.0
## Lower teeth.
@export_range(0.0, 1.0, 0.01) var ml := 0.0
## Tongue.
@export_range(0.0, 1.0, 0.01) var mg := 0.0
## How much the closed mouth is a cat's omega.
@export_range(0.0, 1.3, 0.01) var cat := 1.0
## Lower lip tucked under the teeth.
@export_range(0.0, 1.0, 0.01) var bite := 0.0

@export_group("Head and body")
## Blush.
@export_range(0.0, 1.6, 0.01) var blush := 0.45
## Turn, degrees.
@export_range(-28.0, 28.0, 0.1) var yaw := 0.0
## Nod, degrees, up positive.
@export_range(-25.0, 25.0, 0.1) var pitch := 0.0
## Tilt, degrees.
@export_range(-15.0, 15.0, 0.1) var roll := 0.0
## Ears: below 0 perked, 1 folded.
@export_range(-0.3, 1.0, 0.01) var ears := 0.0
## The waving paw: 0 down, 1 up.
@export_range(0.0, 1.0, 0.01) var wave := 0.0
## -1 out, 1 in.
@export_range(-1.0, 1.0, 0.01) var breath := 0.0

var _puppet: KitPuppet
var _performer: Performer
var _names: Array[StringName] = []
var _ranges: Dictionary[StringName, Vector2] = {}
var _paw := Spring.tuned(8.0, 0.75)
var _eye_values := PackedFloat32Array()
var _mouth_values := PackedFloat32Array()
var _brow_values := PackedFloat32Array()


func _init() -> void:
	for property in get_property_list():
		if (
			property["type"] == TYPE_FLOAT
			and property["hint"] == PROPERTY_HINT_RANGE
			and property["usage"] & PROPERTY_USAGE_SCRIPT_VARIABLE
		):
			var ends: PackedStringArray = property["hint_string"].split(",")
			_names.append(StringName(property["name"]))
			_ranges[_names[-1]] = Vector2(float(ends[0]), float(ends[1]))


func _ready() -> void:
	_puppet = KitPuppet.new()
	add_child(_puppet, false, Node.INTERNAL_MODE_FRONT)
	_eye_values.resize(_puppet.eyes.takes().size())
	_mouth_values.resize(_puppet.mouth.takes().size())
	_brow_values.resize(_puppet.brows.takes().size())
	if Engine.is_editor_hint():
		set_pixel_scale(1.0)
	else:
		var defaults := PackedFloat32Array()
		for parameter in _names:
			defaults.append(get(parameter))
		_performer = Performer.new(_names, defaults, moods, visemes, RandomNumberGenerator.new())
	show_now(0.0)


func _process(delta: float) -> void:
	if _performer != null and live:
		_performer.advance(delta)
		for i in _names.size():
			var parameter := _names[i]
			var limits := _ranges[parameter]
			set(parameter, clampf(_performer.values[i], limits.x, limits.y))
		breath = _performer.idle.breath
		wave = clampf(_paw.advance(wave, delta), 0.0, 1.0)
	show_now(delta)


## Draws the parameters as they are. With 0 seconds, ears and hair hang still at once.
func show_now(seconds: float) -> void:
	_hand_over(_puppet.eyes, _eye_values)
	_hand_over(_puppet.mouth, _mouth_values)
	_hand_over(_puppet.brows, _brow_values)
	_puppet.set_blush(blush)
	_puppet.pose(Vector3(yaw, pitch, roll), breath, ears, wave, seconds)


func parameters() -> PackedStringArray:
	return PackedStringArray(_names)


func set_parameter(parameter: StringName, value: float) -> void:
	if not _ranges.has(parameter):
		push_error("Kit has no parameter %s." % parameter)
		return
	set(parameter, clampf(value, _ranges[parameter].x, _ranges[parameter].y))


func express(mood: StringName) -> void:
	_performer.express(mood)


## The mood asked for last, as far as it is known.
func mood() -> StringName:
	return _performer.mood


func gesture(gesture_name: StringName) -> void:
	if not _performer.gestures.start(gesture_name):
		push_warning("Kit knows no gesture %s." % gesture_name)


func set_visemes(weights: PackedFloat32Array) -> void:
	_performer.set_visemes(weights)


func attend(to: Attention) -> void:
	_performer.think(to == Attention.THINKING)


func glance(towards: Vector2) -> void:
	_performer.idle.glance(towards, Performer.GLANCE_S)


func canvas_size() -> Vector2:
	return CANVAS


func face_rect() -> Rect2:
	return FACE


func mouth_at() -> Vector2:
	return MOUTH_AT


func set_pixel_scale(pixels: float) -> void:
	_puppet.set_pixel_scale(pixels)


func _hand_over(part: FacePart, values: PackedFloat32Array) -> void:
	var taken := part.takes()
	for i in taken.size():
		values[i] = get(taken[i])
	part.pose(values)
