@tool
class_name KitEyes
extends FacePart
## Both eyes. Lids are two curves y = f(x); everything inside is clipped to them column by column.

const AT := Vector2(134, 506)
# Columns of large and of small ovals, and steps of a lid: chords stay within a fifth of a pixel at 1080 lines. More triangles
# cost a machine without a GPU dearly.
const COLUMNS := 18
const FEW_COLUMNS := 12
const LID_STEPS := 20
const LASH_WIDTH := 19.0

# Control points of the lids, for the right-hand eye: open, closed, and closed with a smile (^).
const UPPER_OPEN: PackedVector2Array = [Vector2(-62, 22), Vector2(-56, -88), Vector2(44, -100), Vector2(68, -6)]
const UPPER_CLOSED: PackedVector2Array = [Vector2(-62, 40), Vector2(-34, 66), Vector2(36, 62), Vector2(68, 28)]
const UPPER_SMILE: PackedVector2Array = [Vector2(-60, 40), Vector2(-36, -34), Vector2(34, -40), Vector2(66, 30)]
const LOWER_OPEN: PackedVector2Array = [Vector2(-62, 22), Vector2(-40, 92), Vector2(46, 92), Vector2(68, -6)]
const LOWER_CLOSED: PackedVector2Array = [Vector2(-62, 40), Vector2(-34, 70), Vector2(36, 68), Vector2(68, 28)]
const LOWER_SMILE: PackedVector2Array = [Vector2(-60, 40), Vector2(-34, 8), Vector2(36, 2), Vector2(66, 30)]
# How far `angle` moves the upper lid's control points, angry and sad.
const ANGRY: PackedFloat32Array = [8.0, 26.0, -8.0, 0.0]
const SAD: PackedFloat32Array = [4.0, -6.0, -30.0, -12.0]

var _white := Ramp.new([-70.0, 0.0, 70.0], [Color("#DAD3F2"), Color("#F8F5FF"), Color.WHITE])
var _iris := Ramp.new([-64.0, -14.0, 26.0, 58.0], [Color("#0B3F63"), Color("#1389A6"), Color("#2FD3C4"), Color("#8DFCE0")])
var _iris_rim := Ramp.flat(Color("#0C2F4C"))
var _iris_glow := Ramp.flat(Color("#A6FFE9", 0.75))
var _pupil := Ramp.flat(Color("#081A33"))
var _lid_shadow := Ramp.flat(Color("#3B2A6B", 0.34))
var _highlight := Ramp.flat(Color.WHITE)
var _upper := PackedVector2Array()
var _lower := PackedVector2Array()


func takes() -> Array[StringName]:
	return [&"open", &"asym", &"lower", &"smile", &"angle", &"gx", &"gy", &"iris", &"pupil"]


func _build() -> void:
	_eye(-1.0)
	_eye(1.0)


func _eye(side: float) -> void:
	shape.place(Vector2(MIDDLE_X + side * AT.x, AT.y), Vector2(side, 1.0))
	var open := clampf(value(0) + side * value(1), 0.0, 1.15)
	_lids(open, value(2), value(3), value(4))
	var left := maxf(_upper[0].x, _lower[0].x)
	var right := minf(_upper[-1].x, _lower[-1].x)
	if open > 0.06:
		_ball(left, right, side)
	if open > 0.1:
		_lower_lash(open)
	_upper_lash(open)


func _lids(open: float, lower: float, smile: float, angle: float) -> void:
	var closed := 1.0 - open
	var upper := Curves.between(UPPER_OPEN, Curves.between(UPPER_CLOSED, UPPER_SMILE, smile), closed)
	var lower_closed := Curves.between(LOWER_CLOSED, LOWER_SMILE, smile)
	var under := Curves.between(LOWER_OPEN, lower_closed, closed * 0.85 if closed < 0.9 else closed)
	var slant := ANGRY if angle > 0.0 else SAD
	for i in 4:
		under[i].y -= lower * (34.0 if i == 1 or i == 2 else 6.0)
		upper[i].y += angle * slant[i] * minf(1.0, open * 1.4)
	_upper = Curves.bezier(upper, LID_STEPS)
	_lower = Curves.bezier(under, LID_STEPS)


func _ball(left: float, right: float, side: float) -> void:
	var iris := Vector2(54, 68) * value(7)
	var at := Vector2(4.0 + value(5) * 20.0 * side, -2.0 + value(6) * 16.0)
	_area(left, right, _white, 2)
	_oval(left, right, at, iris, _iris_rim)
	_oval(left, right, at, iris - Vector2(5, 5), _iris, COLUMNS, 4)
	_oval(left, right, at + Vector2(0, iris.y * 0.52), iris * Vector2(0.66, 0.36), _iris_glow, FEW_COLUMNS, 1, false)
	_oval(left, right, at + Vector2(0, -2), iris * Vector2(0.5, 0.54) * value(8), _pupil, FEW_COLUMNS)
	_shadow_of_lid(left, right)
	_oval(left, right, at + Vector2(-20 * side, -28), Vector2(17, 20), _highlight, FEW_COLUMNS)
	_oval(left, right, at + Vector2(20 * side, 26), Vector2(8, 9), _highlight, FEW_COLUMNS)


func _area(left: float, right: float, ramp: Ramp, rows: int) -> void:
	_oval(left, right, Vector2((left + right) * 0.5, 0.0), Vector2((right - left) * 0.5, 1e4), ramp, COLUMNS, rows, false)


## What of an oval shows between the lids. Columns lie denser at its ends, where it is steep.
func _oval(
	left: float, right: float, at: Vector2, radii: Vector2, ramp: Ramp, columns := COLUMNS, rows := 1, rim := true
) -> void:
	var low := maxf(left, at.x - radii.x)
	var high := minf(right, at.x + radii.x)
	if high <= low or radii.x <= 0.0:
		return
	var from := acos(clampf((at.x - low) / radii.x, -1.0, 1.0))
	var to := acos(clampf((at.x - high) / radii.x, -1.0, 1.0))
	var top := PackedVector2Array()
	var bottom := PackedVector2Array()
	for k in columns + 1:
		var angle := lerpf(from, to, float(k) / columns)
		var x := at.x - radii.x * cos(angle)
		var reach := radii.y * sin(angle) if radii.y < 1e3 else radii.y
		var above := maxf(Curves.height_at(_upper, x), at.y - reach)
		var below := minf(Curves.height_at(_lower, x), at.y + reach)
		if below >= above:
			top.append(Vector2(x, above))
			bottom.append(Vector2(x, below))
	shape.fill(top, bottom, ramp, rows, rim)


func _shadow_of_lid(left: float, right: float) -> void:
	var top := PackedVector2Array()
	var bottom := PackedVector2Array()
	for k in FEW_COLUMNS + 1:
		var x := lerpf(left, right, float(k) / FEW_COLUMNS)
		var y := Curves.height_at(_upper, x)
		top.append(Vector2(x, y))
		bottom.append(Vector2(x, maxf(y, minf(Curves.height_at(_lower, x), y + 20.0 + 6.0 * cos(x / 40.0)))))
	shape.fill(top, bottom, _lid_shadow, 1, false)


func _lower_lash(open: float) -> void:
	var line := _lower.slice(4)
	var widths := PackedFloat32Array()
	for i in line.size():
		widths.append(7.5 * minf(1.0, open + 0.2) * (0.28 + 0.72 * i / (line.size() - 1)))
	shape.ink(line, widths, SOFT_LINE)


func _upper_lash(open: float) -> void:
	var line := _upper.duplicate()
	var corner := line[-1]
	line.append(corner + Vector2(8, -3))
	if open > 0.25:
		line.append(corner + Vector2(18, -12))
	var widths := PackedFloat32Array()
	for i in line.size():
		var q := float(i) / (line.size() - 1)
		var taper := 0.3 + 0.7 * minf(1.0, q / 0.55) if q < 0.8 else maxf(0.06, 1.0 - pow((q - 0.8) / 0.2, 1.5))
		widths.append(LASH_WIDTH * taper)
	shape.ink(line, widths, LINE)
