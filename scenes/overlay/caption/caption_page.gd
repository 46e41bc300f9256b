class_name CaptionPage
extends RefCounted
## A caption laid out: its lines, and the box of every word on them.

const FONT := preload("res://scenes/overlay/fonts/caption_font.tres")
const FONT_SIZE := 32
const LINE_GAP := 2.0

var line_height := 0.0
var width := 0.0
## For each word: its line, and its box on the page.
var word_lines := PackedInt32Array()
var word_boxes: Array[Rect2] = []

var _paragraph := TextParagraph.new()


func _init(text: String, ranges: Array[Vector2i], most_width: float) -> void:
	_paragraph.width = most_width
	_paragraph.break_flags = (
		TextServer.BREAK_MANDATORY | TextServer.BREAK_WORD_BOUND | TextServer.BREAK_ADAPTIVE | TextServer.BREAK_TRIM_EDGE_SPACES
	)
	_paragraph.add_string(text, FONT, FONT_SIZE)
	width = most_width
	line_height = FONT.get_height(FONT_SIZE) + LINE_GAP
	for word in ranges:
		_box(word)


func line_count() -> int:
	return _paragraph.get_line_count()


func is_right_to_left(line: int) -> bool:
	var server := TextServerManager.get_primary_interface()
	return server.shaped_text_get_inferred_direction(line_rid(line)) == TextServer.DIRECTION_RTL


func line_rid(line: int) -> RID:
	return _paragraph.get_line_rid(line)


func line_width(line: int) -> float:
	return _paragraph.get_line_size(line).x


## Draws one line at `at` (its top left).
func draw_line(canvas_item: RID, line: int, at: Vector2, colour: Color) -> void:
	var server := TextServerManager.get_primary_interface()
	var base := at + Vector2(0.0, FONT.get_ascent(FONT_SIZE))
	server.shaped_text_draw(line_rid(line), canvas_item, base, -1.0, -1.0, colour)


## A word that is broken over two lines counts as standing on the first.
func _box(word: Vector2i) -> void:
	var server := TextServerManager.get_primary_interface()
	for line in line_count():
		var on_line := _paragraph.get_line_range(line)
		if word.x >= on_line.y or word.y <= on_line.x:
			continue
		var left := INF
		var right := -INF
		for part in server.shaped_text_get_selection(line_rid(line), maxi(word.x, on_line.x), mini(word.y, on_line.y)):
			left = minf(left, part.x)
			right = maxf(right, part.y)
		word_lines.append(line)
		if left > right:
			left = 0.0
			right = 0.0
		word_boxes.append(Rect2(left, line * line_height, right - left, line_height))
		return
	word_lines.append(maxi(line_count() - 1, 0))
	word_boxes.append(Rect2())
