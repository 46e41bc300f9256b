class_name CaptionView
extends Control
## What is being said, swept word by word as it is heard.
##
## The sweep costs nothing per frame: the text is drawn once per line, a clip moves over it.

const PADDING := Vector2(34, 24)
## Around the text, where the word that is read may swell.
const WINDOW_MARGIN := Vector2(10, 4)
const SHEET_TOP := WINDOW_MARGIN.y
const MOST_LINES := 4
const MOST_WIDTH := 600.0
const LEAST_WIDTH := 220.0
## Lines kept above the one being read once the text is longer than the bubble.
const LINES_BEFORE := 2
const WORD_GROW := Vector2(7, -3)
const ENTER_S := 0.28
const LEAVE_S := 0.18
const EASE_RATE := 14.0
## How long the bubble takes to grow when more is said.
const GROW_S := 0.4

var sweep := WordSweep.new()

var _turn := ""
var _page: CaptionPage
var _shown := false
var _tween: Tween
var _growth: Tween
## Where the bubble is going to stand.
var _goal := Rect2()
var _area := Rect2()
var _tip := Vector2.ZERO

@onready var _bubble: Bubble = $Bubble
@onready var _window: Control = $Bubble/Window
@onready var _sheet: Control = $Bubble/Window/Sheet
@onready var _word: Panel = $Bubble/Window/Sheet/Word
@onready var _all: CaptionLines = $Bubble/Window/Sheet/All
@onready var _swept: CaptionLines = $Bubble/Window/Sheet/Swept


func _ready() -> void:
	_word.add_theme_stylebox_override("panel", Palette.box(Palette.MINT, 12))
	_bubble.visible = false


## Where the bubble may be (it starts at the top left of `area` and grows downwards), and where its tail points to.
func arrange(area: Rect2, tip: Vector2) -> void:
	_area = area
	_tip = tip
	_lay_out()
	_stand(_goal)


## Takes a `caption` cue: words that replace the caption, go on from it (`more`), or, when there are none, end it;
## `at_once` ends it without fading.
func take(header: Dictionary) -> void:
	var turn := Wire.text(header, "turn_id")
	var words := Wire.list(header, "words")
	if words.is_empty():
		if header.get("at_once") == true:
			_vanish()
		else:
			_leave()
		return
	if turn != _turn or header.get("more") != true or not _shown:
		sweep.clear()
		_word.modulate.a = 0.0
		_sheet.position.y = SHEET_TOP
	_turn = turn
	sweep.append(Wire.whole(header, "utterance"), words)
	_lay_out()
	_grow()
	_enter()


## Once a frame, with the mixer's position.
func advance(utterance: int, seconds: float, sounding: bool, delta: float) -> void:
	if not _shown or _page == null:
		return
	sweep.advance(utterance, seconds, sounding)
	_show_sweep(1.0 - exp(-delta * EASE_RATE))


func is_shown() -> bool:
	return _shown


## The bubble's place, in the overlay's coordinates.
func bubble_rect() -> Rect2:
	return Rect2(_bubble.position, _bubble.size) if _bubble.visible else Rect2()


func _lay_out() -> void:
	if sweep.is_empty() or _area.size.x <= 0.0:
		return
	var width := minf(_area.size.x, MOST_WIDTH) - PADDING.x * 2.0
	_page = CaptionPage.new(sweep.text, sweep.ranges, width)
	if _page.line_count() == 1:
		width = maxf(_page.line_width(0), LEAST_WIDTH)
	var lines := mini(_page.line_count(), MOST_LINES)
	_goal = Rect2(_area.position, Vector2(width, lines * _page.line_height) + PADDING * 2.0)
	if _tip.x > _area.end.x:
		_goal.position.x = _area.end.x - _goal.size.x
	for lines_node: CaptionLines in [_all, _swept]:
		lines_node.page = _page
		lines_node.until = -1
	_show_sweep(0.0)


## A bubble that is seen changes its size smoothly, from the side of its tail.
func _grow() -> void:
	if _growth != null:
		_growth.kill()
	if not _shown:
		_stand(_goal)
		return
	var from := Rect2(_bubble.position, _bubble.size)
	_growth = create_tween()
	(
		_growth
		. tween_method(func(part: float) -> void: _stand(_between(from, _goal, part)), 0.0, 1.0, GROW_S)
		. set_trans(Tween.TRANS_SINE)
		. set_ease(Tween.EASE_IN_OUT)
	)


static func _between(from: Rect2, to: Rect2, part: float) -> Rect2:
	return Rect2(from.position.lerp(to.position, part), from.size.lerp(to.size, part))


func _stand(rect: Rect2) -> void:
	_bubble.position = rect.position
	_bubble.size = rect.size
	_bubble.tip = _tip - _bubble.position
	_bubble.tip.y = minf(_bubble.tip.y, _bubble.size.y + Bubble.TAIL_WIDTH)
	_bubble.pivot_offset = _bubble.tip.clamp(Vector2.ZERO, _bubble.size)
	_bubble.queue_redraw()
	_window.position = PADDING - WINDOW_MARGIN
	_window.size = _bubble.size - _window.position * 2.0


func _show_sweep(ease_part: float) -> void:
	var line := 0
	var box := Rect2()
	if sweep.word != WordSweep.BEFORE:
		line = _page.word_lines[sweep.word]
		box = _page.word_boxes[sweep.word]
	_all.show_lines(0, line, _page.line_count())
	_swept.position = Vector2(0.0, line * _page.line_height)
	_clip(line, box)
	_swept.show_lines(line, line + 1, line + 1)
	_move_word(box, ease_part)
	var most := maxi(_page.line_count() - MOST_LINES, 0)
	var top := -clampi(line - LINES_BEFORE, 0, most) * _page.line_height
	_sheet.position = Vector2(WINDOW_MARGIN.x, lerpf(_sheet.position.y, SHEET_TOP + top, ease_part if _bubble.visible else 1.0))


func _clip(line: int, box: Rect2) -> void:
	_swept.size = Vector2(0.0, _page.line_height)
	if sweep.word == WordSweep.BEFORE:
		return
	if _page.is_right_to_left(line):
		_swept.position.x = lerpf(box.end.x, box.position.x, sweep.progress)
		_swept.size.x = _page.width - _swept.position.x
		_swept.queue_redraw()
	else:
		_swept.size.x = lerpf(box.position.x, box.end.x, sweep.progress)


func _move_word(box: Rect2, ease_part: float) -> void:
	var target := Rect2(box.position - WORD_GROW, box.size + WORD_GROW * 2.0)
	# Onto another line it jumps; along a line it glides.
	if absf(target.position.y - _word.position.y) > 1.0 or _word.modulate.a < 0.05:
		_word.position = target.position
		_word.size = target.size
	else:
		_word.position = _word.position.lerp(target.position, minf(ease_part * 2.0, 1.0))
		_word.size = _word.size.lerp(target.size, minf(ease_part * 2.0, 1.0))
	_word.modulate.a = lerpf(_word.modulate.a, 1.0 if sweep.speaking else 0.0, maxf(ease_part, 0.0))


func _enter() -> void:
	if _shown:
		return
	_shown = true
	_bubble.visible = true
	_bubble.scale = Vector2.ONE * 0.86
	_bubble.modulate.a = 0.0
	_restart_tween()
	_tween.tween_property(_bubble, "scale", Vector2.ONE, ENTER_S).set_trans(Tween.TRANS_BACK).set_ease(Tween.EASE_OUT)
	_tween.parallel().tween_property(_bubble, "modulate:a", 1.0, ENTER_S * 0.5)


func _leave() -> void:
	if not _shown:
		return
	_shown = false
	_restart_tween()
	_tween.tween_property(_bubble, "scale", Vector2.ONE * 0.94, LEAVE_S).set_ease(Tween.EASE_IN)
	_tween.parallel().tween_property(_bubble, "modulate:a", 0.0, LEAVE_S)
	_tween.tween_callback(_bubble.hide)


func _vanish() -> void:
	_shown = false
	for tween: Tween in [_tween, _growth]:
		if tween != null:
			tween.kill()
	_bubble.hide()
	sweep.clear()


func _restart_tween() -> void:
	if _tween != null:
		_tween.kill()
	_tween = create_tween()
