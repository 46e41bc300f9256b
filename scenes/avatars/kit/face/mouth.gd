@tool
class_name KitMouth
extends FacePart
## The mouth. Both lips are curves y = f(x) over the same columns, so teeth and tongue are clipped by min and max,
## column by column.

const AT := Vector2(512, 638)
const SIZE := 1.26
const COLUMNS := 30

var _inside := Ramp.new([-10.0, 80.0], [Color("#571233"), Color("#A52F55")])
var _tongue := Ramp.new([20.0, 80.0], [Color("#FF6F86"), Color("#FF9AA2")])
var _upper_teeth := Ramp.flat(Color("#FFFDF7"))
var _lower_teeth := Ramp.flat(Color("#FFF3EA"))
var _upper := PackedVector2Array()
var _lower := PackedVector2Array()
## Half the width, the largest opening, and the lowest point of the lower lip.
var _reach := 0.0
var _gape := 0.0
var _bottom := 0.0


func takes() -> Array[StringName]:
	return [&"mo", &"mw", &"mr", &"ms", &"mt", &"ml", &"mg", &"cat", &"bite"]


func _build() -> void:
	var open := maxf(value(0), 0.0)
	var roundness := value(2)
	shape.place(AT + Vector2(0.0, roundness * open * 24.0), Vector2.ONE * SIZE)
	_lips(open, value(1), roundness, value(3), value(7), value(8))
	if _gape > 2.0:
		shape.fill(_upper, _lower, _inside, 2)
		if value(6) > 0.02:
			_fill_tongue(value(6), roundness)
		if value(4) > 0.02:
			_fill_upper_teeth(value(4))
		if value(5) > 0.02:
			_fill_lower_teeth(value(5))
		_ink_lip(_lower, 6.5, lerpf(0.45, 1.0, roundness), 0.12)
	_corners(roundness, value(3))
	_ink_lip(_upper, lerpf(8.5, 7.5, roundness), lerpf(0.4, 1.0, roundness), 0.2)
	if roundness < 0.5 and open < 0.7:
		_philtrum()


func _lips(open: float, width: float, roundness: float, smile: float, catlike: float, bite: float) -> void:
	var omega := catlike * (1.0 - roundness) * maxf(0.0, 1.0 - open * 0.55)
	var drop := lerpf(58.0, 66.0, width) * open
	_reach = lerpf(30.0, 66.0, width) * (1.0 - 0.42 * roundness)
	_upper.clear()
	_lower.clear()
	_gape = 0.0
	_bottom = -999.0
	for k in COLUMNS + 1:
		var u := -cos(PI * k / COLUMNS)
		var a := absf(u)
		var ellipse := sqrt(maxf(0.0, 1.0 - u * u))
		var box := pow(maxf(0.0, 1.0 - pow(a, 3.2)), 0.62)
		var rest := -smile * 20.0 * a * a + smile * 4.0
		var wave := omega * 11.0 * sin(PI * a)
		var lift := open * (1.0 - smile * 0.5) * (14.0 + 26.0 * roundness) * lerpf(ellipse, 1.0 - a * a, 0.3)
		var y_upper := rest + wave - lift
		var y_lower := rest + wave * (1.0 - minf(1.0, open * 2.2))
		y_lower += drop * lerpf(lerpf(ellipse, box, 0.5), ellipse, roundness) * (1.0 - 0.18 * roundness)
		y_lower += open * 4.0 * (1.0 - a * a) - bite * 9.0 * exp(-pow(u / 0.45, 2.0))
		if open < 0.02:
			y_lower = y_upper
		y_lower = maxf(y_lower, y_upper)
		_upper.append(Vector2(u * _reach, y_upper))
		_lower.append(Vector2(u * _reach, y_lower))
		_bottom = maxf(_bottom, y_lower)
		_gape = maxf(_gape, y_lower - y_upper)


func _fill_tongue(amount: float, roundness: float) -> void:
	var top := _bottom - _gape * lerpf(0.25, 0.78, amount)
	var reach := _reach * lerpf(0.62, 0.8, 1.0 - roundness)
	var upper := PackedVector2Array()
	var lower := PackedVector2Array()
	for i in COLUMNS + 1:
		var x := _upper[i].x
		var q := 1.0 - pow(x / reach, 2.0)
		if q <= 0.0:
			continue
		var furrow := 3.0 * exp(-pow(x / 7.0, 2.0))
		var y := maxf(_upper[i].y, top + (1.0 - sqrt(q)) * _gape * 0.4 + furrow)
		if y < _lower[i].y:
			upper.append(Vector2(x, y))
			lower.append(_lower[i])
	shape.fill(upper, lower, _tongue)


func _fill_upper_teeth(amount: float) -> void:
	var fang := 11.0 * amount if _gape > 24.0 else 3.0
	var edge := PackedVector2Array()
	for i in COLUMNS + 1:
		var x := _upper[i].x
		var a := absf(x) / _reach
		var down := 17.0 * amount * (1.0 - pow(a, 4.0)) + fang * maxf(0.0, 1.0 - absf(a - 0.54) / 0.14)
		edge.append(Vector2(x, minf(_lower[i].y, _upper[i].y + down)))
	shape.fill(_upper, edge, _upper_teeth)


func _fill_lower_teeth(amount: float) -> void:
	var edge := PackedVector2Array()
	for i in COLUMNS + 1:
		var up := 11.0 * amount * (1.0 - pow(absf(_lower[i].x) / _reach, 4.0))
		edge.append(Vector2(_lower[i].x, maxf(_upper[i].y, _lower[i].y - up)))
	shape.fill(edge, _lower, _lower_teeth)


## The upper line runs a little past the corners of the mouth, upwards with a smile.
func _corners(roundness: float, smile: float) -> void:
	var beyond := 7.0 * (1.0 - roundness)
	if beyond <= 1.0:
		return
	var up := -beyond * (0.2 + 0.8 * maxf(0.0, smile))
	_upper.insert(0, _upper[0] + Vector2(-beyond * 0.55, up))
	_upper.append(_upper[-1] + Vector2(beyond * 0.55, up))


func _ink_lip(line: PackedVector2Array, width: float, thinnest: float, taper: float) -> void:
	# Along the line's length, not its points: these lie dense in the corners.
	var along := PackedFloat32Array([0.0])
	for i in range(1, line.size()):
		along.append(along[-1] + line[i].distance_to(line[i - 1]))
	var widths := PackedFloat32Array()
	for i in line.size():
		var t := along[i] / maxf(along[-1], 1e-3)
		var full := sin(minf(minf(t, 1.0 - t) / taper, 1.0) * PI / 2.0)
		widths.append(width * minf(1.0, thinnest + (1.0 - thinnest) * full))
	shape.ink(line, widths, LINE)


func _philtrum() -> void:
	var line := PackedVector2Array([Vector2(0, -20), Vector2(0, Curves.height_at(_upper, 0.0))])
	shape.ink(line, PackedFloat32Array([4.0, 4.0]), SOFT_LINE)
