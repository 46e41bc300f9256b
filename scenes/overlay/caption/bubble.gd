class_name Bubble
extends Control
## The speech bubble: paper, border, and a tail that points at who speaks.

const BORDER := 5.0
const RADIUS := 30
const TAIL_WIDTH := 46.0
const TAIL_STEPS := 10

## Tip of the tail, in the bubble's own coordinates.
var tip := Vector2.ZERO

var _paper := Palette.box(Palette.CREAM, RADIUS, Palette.PLUM, int(BORDER), 20)


func _draw() -> void:
	draw_style_box(_paper, Rect2(Vector2.ZERO, size))
	if tip == Vector2.ZERO:
		return
	var downwards := tip.y > size.y
	var along := Vector2.RIGHT if downwards else Vector2.DOWN
	var edge := (
		Vector2(clampf(tip.x, 90.0, size.x - 90.0), size.y) if downwards else Vector2(size.x, clampf(tip.y, 62.0, size.y - 50.0))
	)
	var inside := (Vector2.UP if downwards else Vector2.LEFT) * (BORDER * 0.5)
	var from := edge - along * TAIL_WIDTH * 0.5 + inside
	var to := edge + along * TAIL_WIDTH * 0.5 + inside
	var outline := _bend(from, tip, along * 10.0)
	var back := _bend(to, tip, along * 4.0)
	back.reverse()
	outline.append_array(back.slice(1))
	draw_colored_polygon(outline, Palette.CREAM)
	draw_polyline(outline, Palette.PLUM, BORDER, true)
	# Takes the paper's border away where the tail joins it.
	var seam := PackedVector2Array([from + along * BORDER * 0.5, to - along * BORDER * 0.5])
	draw_line(seam[0] + inside * 0.2, seam[1] + inside * 0.2, Palette.CREAM, BORDER + 2.0)


func _bend(from: Vector2, to: Vector2, bow: Vector2) -> PackedVector2Array:
	var points := PackedVector2Array()
	var control := (from + to) * 0.5 + bow
	for i in TAIL_STEPS + 1:
		var t := float(i) / TAIL_STEPS
		points.append(from.lerp(control, t).lerp(control.lerp(to, t), t))
	return points
