extends Control
## Specks of light that rise slowly: the stage's only motion, a few hundred pixels of it, so that it is free without a GPU too.

const COUNT := 18
## Parts of the height a second, parts of the height, seconds.
const SPEED := Vector2(0.008, 0.022)
const SIZE := Vector2(0.010, 0.034)
const SWAY := 0.015
const TWINKLE_S := Vector2(3.0, 7.0)
const BRIGHTEST := 0.55
const COLOURS: Array[Color] = [Color("#CDB4FF"), Color("#FFB3D9"), Color("#9FF5E2")]
const GLOW := 48

var _time := 0.0
var _glow := GradientTexture2D.new()
var _places := PackedVector2Array()
## For each: speed, size, twinkle's length, phase.
var _natures := PackedVector4Array()


func _ready() -> void:
	_glow.gradient = Gradient.new()
	_glow.gradient.set_color(0, Color.WHITE)
	_glow.gradient.set_color(1, Color(1.0, 1.0, 1.0, 0.0))
	_glow.fill = GradientTexture2D.FILL_RADIAL
	_glow.fill_from = Vector2(0.5, 0.5)
	_glow.fill_to = Vector2(1.0, 0.5)
	_glow.width = GLOW
	_glow.height = GLOW
	for _i in COUNT:
		_places.append(Vector2(randf(), randf()))
		var twinkle := randf_range(TWINKLE_S.x, TWINKLE_S.y)
		_natures.append(Vector4(randf_range(SPEED.x, SPEED.y), lerpf(SIZE.x, SIZE.y, randf() * randf()), twinkle, randf() * TAU))


func _process(delta: float) -> void:
	if is_visible_in_tree():
		_time += delta
		queue_redraw()


func _draw() -> void:
	for i in COUNT:
		var nature := _natures[i]
		var height := fposmod(_places[i].y - _time * nature.x, 1.0)
		var at := Vector2(_places[i].x * size.x + sin(_time * 0.4 + nature.w) * SWAY * size.y, height * size.y)
		var light := 0.5 + 0.5 * sin(_time * TAU / nature.z + nature.w)
		# They come and go at the edges instead of popping.
		light *= smoothstep(0.0, 0.12, height) * smoothstep(1.0, 0.88, height)
		var side := nature.y * size.y
		draw_texture_rect(
			_glow, Rect2(at - Vector2.ONE * side * 0.5, Vector2.ONE * side), false, Color(COLOURS[i % 3], light * BRIGHTEST)
		)
