class_name Backdrop
extends Control
## The stage behind the host: a still wall, and a few specks of light.

@onready var _wall: Wall = $Wall


## For a window of `pixels`; `glow_at` is where the host stands, in parts of the window.
func arrange(pixels: Vector2i, glow_at: Vector2) -> void:
	var painting := _wall.material as ShaderMaterial
	painting.set_shader_parameter("aspect", float(pixels.x) / pixels.y)
	painting.set_shader_parameter("glow_at", glow_at)
