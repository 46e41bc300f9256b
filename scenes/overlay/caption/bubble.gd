class_name Bubble
extends Control
## The speech bubble: paper, border, and a tail that points at who speaks.

const BORDER := 5.0
const RADIUS := 30
const TAIL_WIDTH := 46.0
const TAIL_STEPS := 14
const JOINT := 6.0
## Nearer to a corner the tail's foot would leave the paper's edge.
const CORNER := RADIUS * 0.7

## Tip of the tail, in the bubble's own coordinates.
var tip := Vector2.ZERO

var _paper := Palette.box(Palette.CREAM, RADIUS, Palette.PLUM, int(BORDER))
var _shadow := Palette.shadow(RADIUS, 22)


func _draw() -> void:
	draw_style_box(_shadow, Rect2(Vector2.ZERO, size))
	draw_style_box(_paper, Rect2(Vector2.ZERO, size))
	if tip == Vector2.ZERO:
		return
	var downwards := tip.y > size.y
	var along := Vector2.RIGHT if downwards else Vector2.DOWN
	var inside := (Vector2.UP if downwards else Vector2.LEFT) * BORDER * 0.5
	var edge := size.x if downwards else size.y
	var half := minf(TAIL_WIDTH * 0.6, edge * 0.5 - CORNER - JOINT)
	var least := CORNER + JOINT + half
	var foot := Vector2(clampf(tip.x, least, edge - least), size.y)
	if not downwards:
		foot = Vector2(size.x, clampf(tip.y, least, edge - least))
	var from := foot - along * half + inside
	var to := foot + along * half + inside
	var outline := _bend(from, tip, along * half * 0.83)
	var back := _bend(to, tip, -along * half * 0.5)
	back.reverse()
	outline.append_array(back.slice(1))
	# The fill reaches under the paper's border and hides it there; the line starts on the border, so that no joint shows.
	var fill := outline.duplicate()
	fill.append(to + inside * 3.0)
	fill.append(from + inside * 3.0)
	draw_colored_polygon(fill, Palette.CREAM)
	outline.insert(0, from - along * JOINT)
	outline.append(to + along * JOINT)
	draw_polyline(outline, Palette.PLUM, BORDER, true)


## Leaves `from` along the border by `start`, and arrives straight.
func _bend(from: Vector2, to: Vector2, start: Vector2) -> PackedVector2Array:
	var points := PackedVector2Array()
	for i in TAIL_STEPS + 1:
		points.append(from.bezier_interpolate(from + start, from.lerp(to, 0.55) + start * 0.25, to, float(i) / TAIL_STEPS))
	return points
