extends PureChecks

const CANVAS := Kit.CANVAS
const SIZES: Array[Vector2] = [
	Vector2(1280, 720),
	Vector2(1280, 800),
	Vector2(1280, 960),
	Vector2(1280, 1280),
	Vector2(1280, 2276),
	Vector2(1720, 720),
	Vector2(2560, 720)
]


func test_nothing_covers_the_face() -> void:
	for size in SIZES:
		var layout := StageLayout.for_window(size, CANVAS, Kit.FACE, Kit.MOUTH_AT)
		for part: Array in [["caption", layout.caption], ["card", layout.card], ["pill", layout.pill], ["field", layout.channel]]:
			check(not layout.face.intersects(part[1]), "the %s covers the face at %s" % [part[0], size])
		check(not layout.face.has_point(layout.tail_tip), "the tail pokes the face at %s" % size)


func test_everything_is_inside_the_window() -> void:
	for size in SIZES:
		var layout := StageLayout.for_window(size, CANVAS, Kit.FACE, Kit.MOUTH_AT)
		var window := Rect2(Vector2.ZERO, size)
		for rect: Rect2 in [layout.caption, layout.card, layout.pill, layout.buttons, layout.channel, layout.face]:
			check(window.encloses(rect), "%s is not inside %s" % [rect, size])


func test_caption_and_card_stay_apart() -> void:
	for size in SIZES:
		var layout := StageLayout.for_window(size, CANVAS, Kit.FACE, Kit.MOUTH_AT)
		check(not layout.caption.intersects(layout.card), "they overlap at %s" % size)
		check(not layout.pill.intersects(layout.card), "pill and card overlap at %s" % size)
		check(not layout.channel.intersects(layout.card), "field and card overlap at %s" % size)
		var pill := Rect2(layout.pill.position, Vector2(200.0, StatePill.HEIGHT))
		check(not layout.channel.intersects(pill), "field and pill overlap at %s" % size)
		var buttons := Rect2(layout.buttons.position, Vector2(440.0, StageLayout.BUTTONS_HEIGHT))
		check(not layout.channel.intersects(buttons), "field and buttons overlap at %s" % size)
		check(layout.caption.size.x >= 440.0, "the caption is %f wide at %s" % [layout.caption.size.x, size])
