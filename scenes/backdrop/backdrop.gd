class_name Backdrop
extends Control
## The stage behind the host: a still picture, painted once for each size of the window, and a few specks of light.

const StillPicture := preload("res://scenes/backdrop/still_picture.gd")

@onready var _picture: StillPicture = $Picture
@onready var _painter: SubViewport = $Painter
@onready var _paint: ColorRect = $Painter/Paint


func _ready() -> void:
	_picture.texture = _painter.get_texture()


## Paints anew for a window of `pixels`; `glow_at` is where the host stands, in parts of the window.
func arrange(pixels: Vector2i, glow_at: Vector2) -> void:
	_painter.size = pixels
	_paint.size = pixels
	var painting := _paint.material as ShaderMaterial
	painting.set_shader_parameter("aspect", float(pixels.x) / pixels.y)
	painting.set_shader_parameter("glow_at", glow_at)
	_painter.render_target_update_mode = SubViewport.UPDATE_ONCE
