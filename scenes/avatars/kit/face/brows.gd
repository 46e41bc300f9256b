@tool
class_name KitBrows
extends FacePart
## Both brows: a dark stroke with a rim of fur colour, so that they read over the fringe.

const AT := Vector2(134, 380)
const STEPS := 12
## Canvas units that the brows rise for a height of 1.
const LIFT := 26.0
const RIM := Color("#F98B48")
const HAIR := Color("#4A1A30")


func takes() -> Array[StringName]:
	return [&"brow_y", &"brow_a", &"brow_c", &"brow_asym"]


## The height moves the node: the brows go up and down with every syllable, and drawing them anew costs more.
func pose(values: PackedFloat32Array) -> void:
	position.y = -values[0] * LIFT
	values[0] = 0.0
	super(values)


func _build() -> void:
	_brow(-1.0)
	_brow(1.0)


func _brow(side: float) -> void:
	shape.place(Vector2(MIDDLE_X + side * AT.x, AT.y), Vector2(side, 1.0))
	var angle := value(1)
	var arch := value(2) * 12.0
	var lift := value(3) * side
	var line := (
		Curves
		. bezier(
			PackedVector2Array(
				[
					Vector2(-50, 4 + angle * 26 - lift * 10),
					Vector2(-20, -14 + angle * 8 - arch - lift * 14),
					Vector2(16, -22 - angle * 6 - arch - lift * 16),
					Vector2(54, -2 - angle * 16 - lift * 12),
				]
			),
			STEPS
		)
	)
	var rim := PackedFloat32Array()
	var hair := PackedFloat32Array()
	for i in line.size():
		var t := float(i) / STEPS
		rim.append(27.0 * (0.9 if t < 0.6 else maxf(0.3, 1.0 - pow((t - 0.6) / 0.4, 2.0) * 0.7)))
		hair.append(18.0 * (0.45 + 0.55 * minf(1.0, t / 0.3) if t < 0.5 else maxf(0.1, 1.0 - pow((t - 0.5) / 0.5, 2.0))))
	shape.ink(line, rim, RIM)
	shape.ink(line, hair, HAIR)
