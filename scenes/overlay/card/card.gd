class_name CardView
extends Control
## The message or event being answered. Viewer text: drawn as it is, never as markup.

const STYLES := {
	"message": {"accent": Color.TRANSPARENT, "verb": "wrote"},
	"question": {"accent": Palette.MINT, "verb": "asked"},
	"event": {"accent": Palette.GOLD, "verb": ""},
}
const ENTER_S := 0.26
const LEAVE_S := 0.16
const RISE := 18.0
const RADIUS := 20
const MOST_LINES := 3
const MOST_WIDTH := 600.0
## Paper and bar beside the text.
const FRAME_WIDTH := 64.0
const MOST_NAME_WIDTH := 360.0

var _shown := false
var _tween: Tween
var _area := Rect2()
var _shadow := Palette.shadow(RADIUS, 16)

@onready var _panel: PanelContainer = $Panel
@onready var _bar: Panel = %Bar
@onready var _name: Label = %Name
@onready var _verb: Label = %Verb
@onready var _text: Label = %Text


func _ready() -> void:
	_panel.visible = false
	_panel.minimum_size_changed.connect(_stand)
	_panel.draw.connect(_draw_shadow)


## The card stands at the bottom left of `area` and grows upwards.
func arrange(area: Rect2) -> void:
	_area = area
	_place()


## Takes a `card` cue. An empty `turn_id` takes the card away, `at_once` without fading and with its words.
func take(header: Dictionary) -> void:
	if Wire.text(header, "turn_id").is_empty():
		if header.get("at_once") == true:
			_vanish()
		else:
			_leave()
		return
	var style: Dictionary = STYLES.get(Wire.text(header, "style"), STYLES["message"])
	var colour := Palette.readable_on_dark(Wire.text(header, "colour"))
	var accent: Color = style["accent"] if style["accent"].a > 0.0 else colour
	_name.text = PlainText.line(Wire.text(header, "name"), PlainText.MAX_NAME)
	_name.add_theme_color_override("font_color", colour)
	_verb.text = style["verb"]
	_text.text = PlainText.line(Wire.text(header, "text"), PlainText.MAX_CARD)
	_text.visible = not _text.text.is_empty()
	_bar.add_theme_stylebox_override("panel", Palette.box(accent, 3))
	var border := Color(accent, 0.55) if style["accent"].a > 0.0 else Palette.PAPER_LINE
	_panel.add_theme_stylebox_override("panel", _paper(border))
	_place()
	_enter()


func is_shown() -> bool:
	return _shown


## The card's place, in the overlay's coordinates.
func card_rect() -> Rect2:
	return Rect2(position + _panel.position, _panel.size) if _panel.visible else Rect2()


func _draw_shadow() -> void:
	_panel.draw_style_box(_shadow, Rect2(Vector2.ZERO, _panel.size))


func _paper(border: Color) -> StyleBoxFlat:
	var style := Palette.box(Palette.NIGHT, RADIUS, border, 2)
	style.content_margin_left = 18.0
	style.content_margin_right = 24.0
	style.content_margin_top = 13.0
	style.content_margin_bottom = 15.0
	return style


func _place() -> void:
	var width := minf(_area.size.x, MOST_WIDTH)
	_panel.custom_minimum_size.x = width
	_fit(width - FRAME_WIDTH)
	_stand()


func _stand() -> void:
	_panel.reset_size()
	_panel.position = Vector2(_area.position.x, _area.end.y - _panel.size.y)


## A label that ends in an ellipsis asks for no room of its own.
func _fit(width: float) -> void:
	var name_width := _string_size(_name, -1.0).x
	_name.custom_minimum_size.x = minf(name_width + 1.0, MOST_NAME_WIDTH)
	var line := _text.get_theme_font("font").get_height(_text.get_theme_font_size("font_size"))
	var lines := clampi(roundi(_string_size(_text, width).y / line), 1, MOST_LINES)
	_text.custom_minimum_size.y = lines * (line + _text.get_theme_constant("line_spacing"))


static func _string_size(label: Label, width: float) -> Vector2:
	var font := label.get_theme_font("font")
	var font_size := label.get_theme_font_size("font_size")
	return font.get_multiline_string_size(label.text, HORIZONTAL_ALIGNMENT_LEFT, width, font_size)


func _enter() -> void:
	_shown = true
	_panel.visible = true
	_panel.modulate.a = 0.0
	_restart_tween()
	position.y = RISE
	_tween.tween_property(self, "position:y", 0.0, ENTER_S).set_trans(Tween.TRANS_CUBIC).set_ease(Tween.EASE_OUT)
	_tween.parallel().tween_property(_panel, "modulate:a", 1.0, ENTER_S * 0.7)


func _leave() -> void:
	if not _shown:
		return
	_shown = false
	_restart_tween()
	_tween.tween_property(_panel, "modulate:a", 0.0, LEAVE_S)
	_tween.tween_callback(_panel.hide)


func _vanish() -> void:
	_shown = false
	if _tween != null:
		_tween.kill()
	_panel.hide()
	_name.text = ""
	_text.text = ""


func _restart_tween() -> void:
	if _tween != null:
		_tween.kill()
	_tween = create_tween()
