class_name CaptionLines
extends Control
## Draws lines of a page. Two of these make the sweep: one with everything,
## one with the line being read, clipped where the voice is.

const DIMMED := 0.42

var page: CaptionPage
## Lines [first, last) in full colour; those after them up to `until` dimmed.
var first := 0
var last := 0
var until := 0


func show_lines(from: int, to: int, end: int) -> void:
	if from == first and to == last and end == until:
		return
	first = from
	last = to
	until = end
	queue_redraw()


func _draw() -> void:
	if page == null:
		return
	for line in range(first, mini(until, page.line_count())):
		var colour := Palette.PLUM if line < last else Color(Palette.PLUM, DIMMED)
		page.draw_line(get_canvas_item(), line, Vector2(0.0, line * page.line_height) - position, colour)
