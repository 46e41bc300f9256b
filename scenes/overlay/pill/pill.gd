class_name StatePill
extends Control
## What the host is doing, and one short note for the streamer below it.

const HEIGHT := 46.0
## A pixel less than half the height: full half circles get a spike where their arcs meet.
const RADIUS := 22
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
const BLEND_RATE := 10.0
const MAX_NOTE := 90

var _state := "starting"
var _note := ""
var _colour := Palette.LILAC
var _width := 180.0
var _paper_box := Palette.box(Palette.NIGHT, RADIUS, Palette.LILAC, 3)
var _shadow_box := Palette.shadow(RADIUS, 12)
var _note_line := TextLine.new()

@onready var _paper: Control = $Paper
@onready var _sign: PillSign = $Sign


func _ready() -> void:
	_paper.draw.connect(_draw_paper)


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
	_sign.show_state(_state, COLOURS[_state])
	queue_redraw()


func state() -> String:
	return _state


func _process(delta: float) -> void:
	var width := SIGN_WIDTH + FONT.get_string_size(_state, HORIZONTAL_ALIGNMENT_LEFT, -1, TEXT_SIZE).x + 24.0
	var colour := COLOURS[_state]
	if absf(width - _width) < 0.5 and _colour.is_equal_approx(colour):
		return
	var part := 1.0 - exp(-delta * BLEND_RATE)
	_width = lerpf(_width, width, part)
	_colour = _colour.lerp(colour, part)
	_paper.queue_redraw()


func _draw_paper() -> void:
	_paper_box.border_color = _colour
	_paper.draw_style_box(_shadow_box, Rect2(0.0, 0.0, _width, HEIGHT))
	_paper.draw_style_box(_paper_box, Rect2(0.0, 0.0, _width, HEIGHT))


func _draw() -> void:
	var base := Vector2(SIGN_WIDTH, HEIGHT * 0.5 + FONT.get_ascent(TEXT_SIZE) * 0.5 - FONT.get_descent(TEXT_SIZE) * 0.5)
	draw_string(FONT, base, _state, HORIZONTAL_ALIGNMENT_LEFT, -1, TEXT_SIZE, Color.WHITE)
	if not _note.is_empty():
		_note_line.draw_outline(get_canvas_item(), Vector2(8.0, HEIGHT + NOTE_GAP), 6, Color(Palette.NIGHT, 0.8))
		_note_line.draw(get_canvas_item(), Vector2(8.0, HEIGHT + NOTE_GAP), Color(1.0, 1.0, 1.0, 0.85))
