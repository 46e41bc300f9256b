class_name ChannelPanel
extends Control
## “Try your channel”: a field for the name of the channel whose chat is to be read instead of the demo's.
##
## Python says when it is offered and what became of a name; `asked` tells it what was typed.

## A name was sent off.
signal asked(channel: String)

const TITLE := "Try your channel"
const HINT := "no account needed"
const LOOKING := "Looking for the chat of %s …"
const READING := "Reading the chat of %s"
const RADIUS := 20
const BOX_RADIUS := 14
const TITLE_FONT := preload("res://scenes/overlay/fonts/name_font.tres")
const TITLE_SIZE := 23
const TEXT_FONT := preload("res://scenes/overlay/fonts/caption_font.tres")
const TEXT_SIZE := 17
const MAX_SAID := 160
## The show first, then its offers.
const OFFER_AFTER_S := 3.0
const ENTER_S := 0.35
const LEAVE_S := 0.25
const RISE := 10.0
const STAY_S := 4.0
const QUIET := Color(1.0, 1.0, 1.0, 0.55)

var _shown := false
## It has been on offer before.
var _offered := false
var _area := Rect2()
var _tween: Tween
var _shadow := Palette.shadow(RADIUS, 14)

@onready var _panel: PanelContainer = $Panel
@onready var _title: Label = %Title
@onready var _hint: Label = %Hint
@onready var _row: Control = %Row
@onready var _box: PanelContainer = %Box
@onready var _name: LineEdit = %Name
@onready var _go: Button = %Go
@onready var _close: Button = %Close


func _ready() -> void:
	_panel.visible = false
	_panel.add_theme_stylebox_override("panel", _paper())
	_panel.draw.connect(func() -> void: _panel.draw_style_box(_shadow, Rect2(Vector2.ZERO, _panel.size)))
	_panel.minimum_size_changed.connect(_stand)
	_name.text_submitted.connect(func(_text: String) -> void: _send())
	_name.text_changed.connect(func(_text: String) -> void: _calm())
	_name.gui_input.connect(_on_name_input)
	_name.focus_entered.connect(_paint_box)
	_name.focus_exited.connect(_paint_box)
	_go.pressed.connect(_send)
	_close.pressed.connect(dismiss)
	_go.draw.connect(_draw_arrow)
	_close.draw.connect(_draw_cross)
	_paint_box()


## A click beside it gives the keys back to the show.
func _input(event: InputEvent) -> void:
	var click := event as InputEventMouseButton
	if click != null and click.pressed and _name.has_focus() and not _panel.get_global_rect().has_point(click.position):
		_name.release_focus()


## The panel stands on the lower edge of `area` and grows upwards.
func arrange(area: Rect2) -> void:
	_area = area
	_stand()


## Takes a `channel` cue.
func take(header: Dictionary) -> void:
	var channel := PlainText.line(Wire.text(header, "name"), MAX_SAID)
	match Wire.text(header, "state"):
		"open":
			_offer(PlainText.line(Wire.text(header, "problem"), MAX_SAID))
		"looking":
			_say(LOOKING % channel, QUIET)
			_editable(false)
			_enter(0.0)
		"reading":
			_say(READING % channel, Palette.MINT)
			_name.text = ""
			_row.visible = false
			_name.release_focus()
			_enter(0.0)
			_leave(STAY_S)


## By key: there at once, ready to be typed into.
func open() -> void:
	_offer("")
	_enter(0.0)
	_name.edit()
	_name.select_all()


func dismiss() -> void:
	_name.release_focus()
	_leave(0.0)


## How much of it is seen, 0..1.
func seen() -> float:
	return _panel.modulate.a if _panel.visible else 0.0


## What it says and what was typed, for tests.
func said() -> PackedStringArray:
	return [_title.text + (" " + _hint.text if _hint.visible else ""), _name.text]


## Its place, in the overlay's coordinates; empty while it is not seen.
func rect() -> Rect2:
	return Rect2(position + _panel.position, _panel.size) if _panel.visible else Rect2()


func _offer(problem: String) -> void:
	_row.visible = true
	_editable(true)
	if problem.is_empty():
		_calm()
	else:
		_say(problem, Palette.GOLD)
	# Somebody who typed wants an answer at once.
	_enter(OFFER_AFTER_S if problem.is_empty() and not _offered else 0.0)
	_offered = true
	if not problem.is_empty():
		_name.edit()


func _calm() -> void:
	_say(TITLE, Palette.CREAM, TITLE_FONT, TITLE_SIZE)
	_hint.visible = true


func _say(text: String, colour: Color, font: Font = TEXT_FONT, font_size := TEXT_SIZE) -> void:
	_title.text = text
	_title.add_theme_font_override("font", font)
	_title.add_theme_font_size_override("font_size", font_size)
	_title.add_theme_color_override("font_color", colour)
	_hint.visible = false
	_stand()


func _editable(on: bool) -> void:
	_name.editable = on
	_go.disabled = not on
	_go.queue_redraw()
	if not on:
		_name.release_focus()


func _send() -> void:
	if _name.editable:
		asked.emit(_name.text.strip_edges())


func _on_name_input(event: InputEvent) -> void:
	var key := event as InputEventKey
	if key != null and key.pressed and key.keycode == KEY_ESCAPE:
		_name.accept_event()
		dismiss()


func _stand() -> void:
	_panel.custom_minimum_size.x = _area.size.x
	_panel.reset_size()
	_panel.position = Vector2(_area.position.x, _area.end.y - _panel.size.y)


func _enter(after_s: float) -> void:
	if _shown:
		_restart_tween()
		_tween.tween_property(_panel, "modulate:a", 1.0, LEAVE_S)
		return
	_shown = true
	_panel.visible = true
	_panel.modulate.a = 0.0
	position.y = RISE
	_restart_tween()
	_tween.tween_interval(after_s)
	_tween.tween_property(_panel, "modulate:a", 1.0, ENTER_S)
	_tween.parallel().tween_property(self, "position:y", 0.0, ENTER_S).set_trans(Tween.TRANS_CUBIC).set_ease(Tween.EASE_OUT)


func _leave(after_s: float) -> void:
	if not _shown:
		return
	_shown = false
	_restart_tween()
	_tween.tween_property(_panel, "modulate:a", 1.0, minf(after_s, LEAVE_S))
	_tween.tween_interval(after_s)
	_tween.tween_property(_panel, "modulate:a", 0.0, LEAVE_S)
	_tween.tween_callback(_panel.hide)


func _restart_tween() -> void:
	if _tween != null:
		_tween.kill()
	_tween = create_tween()


static func _paper() -> StyleBoxFlat:
	var style := Palette.box(Palette.NIGHT, RADIUS, Palette.PAPER_LINE, 2)
	style.content_margin_left = 18.0
	style.content_margin_right = 14.0
	style.content_margin_top = 10.0
	style.content_margin_bottom = 14.0
	return style


func _paint_box() -> void:
	var ring := Palette.MINT if _name.has_focus() else Color(1.0, 1.0, 1.0, 0.16)
	var style := Palette.box(Color(0.05, 0.03, 0.11, 0.9), BOX_RADIUS, ring, 2)
	style.content_margin_left = 14.0
	style.content_margin_right = 10.0
	_box.add_theme_stylebox_override("panel", style)


func _draw_arrow() -> void:
	var middle := _go.size * 0.5
	var colour := Palette.PLUM if not _go.disabled else Color(Palette.PLUM, 0.5)
	var points: PackedVector2Array = [middle + Vector2(1.0, -7.0), middle + Vector2(8.0, 0.0), middle + Vector2(1.0, 7.0)]
	_go.draw_line(middle - Vector2(8.0, 0.0), middle + Vector2(7.0, 0.0), colour, 3.0, true)
	_go.draw_polyline(points, colour, 3.0, true)


func _draw_cross() -> void:
	var middle := _close.size * 0.5
	var colour := Color(1.0, 1.0, 1.0, 0.9 if _close.is_hovered() else 0.45)
	for way: Vector2 in [Vector2(5.0, 5.0), Vector2(5.0, -5.0)]:
		_close.draw_line(middle - way, middle + way, colour, 2.0, true)
