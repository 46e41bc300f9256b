class_name Palette
## Colours of the overlay.

const PLUM := Color("#3A1B38")
const CREAM := Color("#FFF8EF")
const MINT := Color("#5FF0CF")
const NIGHT := Color("#1F1738", 0.92)
const GOLD := Color("#FFC85C")
const PINK := Color("#FF7FA5")
const LILAC := Color("#B9A6FF")
const GREY := Color("#9C93B5")
const RED := Color("#FF6B6B")
const PAPER_LINE := Color(1.0, 1.0, 1.0, 0.10)
const SHADOW := Color(0.08, 0.03, 0.15, 0.38)

## The least linear luminance (0..1) of a name: 4.5:1 in contrast on the dark card.
const NAME_LUMINANCE := 0.23


## A viewer's colour, lightened until it can be read on the dark card; `fallback` when it is none.
static func readable_on_dark(colour: String, fallback := LILAC) -> Color:
	if not Color.html_is_valid(colour):
		return fallback
	var readable := Color.html(colour)
	readable.a = 1.0
	for _i in 16:
		if readable.srgb_to_linear().get_luminance() >= NAME_LUMINANCE:
			break
		readable = readable.lerp(Color.WHITE, 0.12)
	return readable


static func box(colour: Color, radius: int, border := Color.TRANSPARENT, border_width := 0) -> StyleBoxFlat:
	var style := StyleBoxFlat.new()
	style.bg_color = colour
	style.set_corner_radius_all(radius)
	style.corner_detail = 7
	style.set_border_width_all(border_width)
	style.border_color = border
	return style


## The shadow around a box, and only around it: what a box's own shadow paints under the box costs as much as the box.
static func shadow(radius: int, reach: int) -> StyleBoxFlat:
	var style := StyleBoxFlat.new()
	style.draw_center = false
	style.set_corner_radius_all(radius)
	style.corner_detail = 5
	style.shadow_color = SHADOW
	style.shadow_size = reach
	return style
