class_name StatePill
extends Control
## What the host is doing, and one short note for the streamer below it.

const HEIGHT := 46.0
const SIGN_WIDTH := 74.0
const TEXT_SIZE := 22
const NOTE_SIZE := 17
const NOTE_GAP := 10.0
const FONT := preload("res://scenes/overlay/fonts/caption_font.tres")
const COLOURS: Dictionary[String, Color] = {
	"starting": Palette.LILAC,
	"listening": Palette.MINT,
	"thinking": Palette.GOLD,
	"speaking": Palette.PINK,
	"muted": Palette.GREY,
	"stopped": Palette.RED,
}
## States whose sign moves.
const MOVING: Array[String] = ["starting", "listening", "thinking", "speaking"]
const BLEND_RATE := 10.0
const MAX_NOTE := 90

var _state := "starting"
var _note := ""
var _colour := Palette.LILAC
var _time := 0.0
var _width := 180.0
var _paper := Palette.box(Palette.NIGHT, int(HEIGHT / 2.0), Palette.LILAC, 3, 10)
var _note_line := TextLine.new()


## Takes a `status` cue.
func take(header: Dictionary) -> void:
	_state = Wire.text(header, "state", _state)
	if not COLOURS.has(_state):
		_state = "listening"
	_note = PlainText.line(Wire.text(header, "note"), MAX_NOTE)
	_note_line.clear()
	_note_line.text_overrun_behavior = TextServer.OVERRUN_TRIM_ELLIPSIS
	_note_line.width = size.x
	_note_line.add_string(_note, FONT, NOTE_SIZE)
	queue_redraw()


func state() -> String:
	return _state


func _process(delta: float) -> void:
	var width := SIGN_WIDTH + FONT.get_string_size(_state, HORIZONTAL_ALIGNMENT_LEFT, -1, TEXT_SIZE).x + 24.0
	var colour := COLOURS[_state]
	var settled := absf(width - _width) < 0.5 and _colour.is_equal_approx(colour)
	if settled and not _state in MOVING:
		return
	_time += delta
	var part := 1.0 - exp(-delta * BLEND_RATE)
	_width = lerpf(_width, width, part)
	_colour = _colour.lerp(colour, part)
	queue_redraw()


func _draw() -> void:
	_paper.border_color = _colour
	draw_style_box(_paper, Rect2(0.0, 0.0, _width, HEIGHT))
	_draw_sign()
	var base := Vector2(SIGN_WIDTH, HEIGHT * 0.5 + FONT.get_ascent(TEXT_SIZE) * 0.5 - FONT.get_descent(TEXT_SIZE) * 0.5)
	draw_string(FONT, base, _state, HORIZONTAL_ALIGNMENT_LEFT, -1, TEXT_SIZE, Color.WHITE)
	if not _note.is_empty():
		_note_line.draw_outline(get_canvas_item(), Vector2(8.0, HEIGHT + NOTE_GAP), 6, Color(Palette.NIGHT, 0.8))
		_note_line.draw(get_canvas_item(), Vector2(8.0, HEIGHT + NOTE_GAP), Color(1.0, 1.0, 1.0, 0.85))


func _draw_sign() -> void:
	var middle := Vector2(40.0, HEIGHT * 0.5)
	match _state:
		"speaking":
			for k in 4:
				var tall := 7.0 + 15.0 * absf(sin(_time * (5.0 + k * 1.3) + k * 1.9))
				_bar(middle + Vector2((k - 1.5) * 10.0, 0.0), tall)
		"muted", "stopped":
			draw_circle(middle, 11.0, _colour, false, 3.0, true)
			if _state == "muted":
				draw_line(middle - Vector2(7.5, -7.5), middle + Vector2(7.5, -7.5), _colour, 3.0, true)
			else:
				draw_rect(Rect2(middle - Vector2(4, 4), Vector2(8, 8)), _colour)
		"listening":
			var pulse := 0.5 + 0.5 * sin(_time * 2.2)
			draw_circle(middle, 7.0 + 6.0 * pulse, Color(_colour, 0.25), true, -1.0, true)
			draw_circle(middle, 7.0, _colour, true, -1.0, true)
		_:
			for k in 3:
				var up := 6.0 * maxf(0.0, sin(_time * 6.0 - k * 0.8))
				draw_circle(middle + Vector2((k - 1) * 17.0, 2.0 - up), 5.5, _colour, true, -1.0, true)


func _bar(at: Vector2, tall: float) -> void:
	draw_line(at - Vector2(0.0, tall * 0.5), at + Vector2(0.0, tall * 0.5), _colour, 5.0, true)
