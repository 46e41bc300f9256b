class_name StageLayout
extends RefCounted
## Where everything stands for a window of a given shape. Wide: words left, avatar right. Tall: words above the avatar.
##
## Lengths in viewport units: the window is scaled so that at least 1280 x 720 of them fit.

## Width by height from which words and avatar stand side by side.
const WIDE_FROM := 1.15
## Shapes wider than this keep a group of this shape in the middle.
const WIDEST_GROUP := 1.9
const MARGIN := 0.045
const TAIL_LENGTH := 50.0
const FACE_GAP := 14.0
const CARD_GAP := 20.0
const CAPTION_ABOVE_MOUTH := 72.0
const MOST_COLUMN := 600.0
## Room of a caption of four lines, of a card, of the pill with its note, of the buttons.
const CAPTION_HEIGHT := 240.0
const CARD_HEIGHT := 150.0
const PILL_HEIGHT := 80.0
const BUTTONS_HEIGHT := 44.0
const CHANNEL_SIZE := Vector2(490.0, 122.0)
const CHANNEL_GAP := 10.0
## The avatar's lower edge lies a little below the window's, so that breathing never lifts it off.
const SINK := 0.015

var avatar_at := Vector2.ZERO
var avatar_scale := 1.0
## The avatar's face, which nothing may cover.
var face := Rect2()
var caption := Rect2()
var tail_tip := Vector2.ZERO
var card := Rect2()
var pill := Rect2()
var buttons := Rect2()
## The field for a channel's name stands on its lower edge.
var channel := Rect2()


static func for_window(size: Vector2, canvas: Vector2, avatar_face: Rect2, mouth: Vector2) -> StageLayout:
	var layout := StageLayout.new()
	if size.x / size.y >= WIDE_FROM:
		layout._wide(size, canvas, avatar_face, mouth)
	else:
		layout._tall(size, canvas, avatar_face)
	return layout


func _wide(size: Vector2, canvas: Vector2, avatar_face: Rect2, mouth: Vector2) -> void:
	var group := minf(size.x, size.y * WIDEST_GROUP)
	var left := (size.x - group) * 0.5
	_stand(minf(size.y * 0.97, group * 0.56), left + group - 34.0, size.y, canvas, avatar_face)
	var margin := left + group * MARGIN
	var column := minf(MOST_COLUMN, face.position.x - FACE_GAP - TAIL_LENGTH - margin)
	var mouth_at := avatar_at + mouth * avatar_scale
	caption = Rect2(margin, mouth_at.y - CAPTION_ABOVE_MOUTH, column, CAPTION_HEIGHT)
	tail_tip = Vector2(caption.end.x + TAIL_LENGTH, mouth_at.y - 14.0)
	card = Rect2(margin, caption.position.y - CARD_GAP - CARD_HEIGHT, column, CARD_HEIGHT)
	pill = Rect2(margin, size.y * 0.055, column, PILL_HEIGHT)
	var channel_size := Vector2(minf(column, CHANNEL_SIZE.x), CHANNEL_SIZE.y)
	channel = Rect2(Vector2(margin, card.position.y - CHANNEL_GAP - channel_size.y), channel_size)
	buttons = Rect2(margin, size.y - size.y * 0.04 - BUTTONS_HEIGHT, column, BUTTONS_HEIGHT)


func _tall(size: Vector2, canvas: Vector2, avatar_face: Rect2) -> void:
	var side := minf(size.x, size.y * 0.56)
	_stand(side, (size.x + side) * 0.5, size.y, canvas, avatar_face)
	var column := minf(MOST_COLUMN, size.x * (1.0 - 2.0 * MARGIN))
	var left := (size.x - column) * 0.5
	tail_tip = Vector2(left + column * 0.5, face.position.y - FACE_GAP)
	caption = Rect2(left, tail_tip.y - TAIL_LENGTH - CAPTION_HEIGHT, column, CAPTION_HEIGHT)
	card = Rect2(left, caption.position.y - CARD_GAP - CARD_HEIGHT, column, CARD_HEIGHT)
	pill = Rect2(size.x * MARGIN, size.y * 0.025, column, PILL_HEIGHT)
	buttons = Rect2(size.x * MARGIN, size.y - size.y * 0.025 - BUTTONS_HEIGHT, column, BUTTONS_HEIGHT)
	channel = Rect2(Vector2(size.x * (1.0 - MARGIN), buttons.end.y) - CHANNEL_SIZE, CHANNEL_SIZE)


func _stand(side: float, right: float, bottom: float, canvas: Vector2, avatar_face: Rect2) -> void:
	avatar_scale = side / canvas.y
	avatar_at = Vector2(right - canvas.x * avatar_scale, bottom - side * (1.0 - SINK))
	face = Rect2(avatar_at + avatar_face.position * avatar_scale, avatar_face.size * avatar_scale)
