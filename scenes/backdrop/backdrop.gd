class_name Backdrop
extends Control
## The stage behind the host: a still picture with a few lights drifting over it, cheap enough for a machine without a GPU.

## Lights: place (part of the window), size (of its height), colour, how far and how fast they drift.
const LIGHTS := [
	[Vector2(0.16, 0.24), 0.62, Color(0.62, 0.42, 0.95, 0.13), Vector2(0.030, 0.020), 0.11],
	[Vector2(0.44, 0.84), 0.52, Color(0.95, 0.45, 0.72, 0.10), Vector2(0.035, 0.015), 0.09],
	[Vector2(0.95, 0.16), 0.46, Color(0.40, 0.90, 0.88, 0.09), Vector2(0.020, 0.030), 0.13],
]

var _lights: Array[TextureRect] = []
var _time := 0.0

@onready var _picture: TextureRect = $Picture
@onready var _painter: SubViewport = $Painter
@onready var _paint: ColorRect = $Painter/Paint


func _ready() -> void:
	_picture.texture = _painter.get_texture()
	var glow := _glow()
	for light: Array in LIGHTS:
		var rect := TextureRect.new()
		rect.texture = glow
		rect.expand_mode = TextureRect.EXPAND_IGNORE_SIZE
		rect.modulate = light[2]
		rect.mouse_filter = Control.MOUSE_FILTER_IGNORE
		add_child(rect)
		_lights.append(rect)


## Paints anew for a window of `pixels`; `glow_at` is where the host stands, in parts of the window.
func arrange(pixels: Vector2i, glow_at: Vector2) -> void:
	_painter.size = pixels
	_paint.size = pixels
	var painting := _paint.material as ShaderMaterial
	painting.set_shader_parameter("aspect", float(pixels.x) / pixels.y)
	painting.set_shader_parameter("glow_at", glow_at)
	_painter.render_target_update_mode = SubViewport.UPDATE_ONCE


func _process(delta: float) -> void:
	if not is_visible_in_tree():
		return
	_time += delta
	for i in LIGHTS.size():
		var light: Array = LIGHTS[i]
		var drift: Vector2 = light[3] * Vector2(sin(_time * light[4] * TAU), cos(_time * light[4] * TAU * 0.8))
		var side: float = light[1] * size.y
		_lights[i].size = Vector2(side, side)
		_lights[i].position = (light[0] + drift) * size - _lights[i].size * 0.5


static func _glow() -> GradientTexture2D:
	var texture := GradientTexture2D.new()
	texture.gradient = Gradient.new()
	texture.gradient.set_color(0, Color.WHITE)
	texture.gradient.set_color(1, Color(1.0, 1.0, 1.0, 0.0))
	texture.gradient.interpolation_mode = Gradient.GRADIENT_INTERPOLATE_CUBIC
	texture.fill = GradientTexture2D.FILL_RADIAL
	texture.fill_from = Vector2(0.5, 0.5)
	texture.fill_to = Vector2(1.0, 0.5)
	texture.width = 128
	texture.height = 128
	return texture
