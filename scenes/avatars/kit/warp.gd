@tool
class_name Warp
extends RefCounted
## The pseudo-3D material of one layer (`warp.gdshaderinc`), and the layer's own sway: a spring that head movement drives.

const PAINTED := preload("res://scenes/avatars/kit/warp.gdshader")
const DRAWN := preload("res://scenes/avatars/kit/warp_flat.gdshader")
## Bend per degree a second of yaw and of roll.
const YAW_DRIVE := 0.0016
const ROLL_DRIVE := 0.004
const MAX_DRIVE := 0.5
const WAG_RATE := 1.7
const BODY := {"center": Vector2(512, 900), "radius": 420.0, "dome": 60.0, "muzzle": 0.0, "neck": Vector2(512, 1100)}

var material := ShaderMaterial.new()
var of_head: bool
var _spring: Spring
var _follow := 0.0
var _fold := 0.0
var _wag := 0.0
var _turn := Vector3.INF
var _offset := Vector2.INF


## `layer`: an entry of `layers/manifest.json`.
func _init(layer: Dictionary) -> void:
	of_head = layer["group"] == "head"
	material.shader = DRAWN if layer.has("face") else PAINTED
	if not of_head:
		for uniform: String in BODY:
			material.set_shader_parameter(uniform, BODY[uniform])
	for uniform: String in ["depth", "dome", "muzzle"]:
		if layer.has(uniform):
			material.set_shader_parameter(uniform, float(layer[uniform]))
	if layer.has("sway"):
		_make_sway(layer["sway"])


func _make_sway(sway: Dictionary) -> void:
	material.set_shader_parameter("pivot", Vector2(sway["pivot"][0], sway["pivot"][1]))
	material.set_shader_parameter("axis", Vector2(sway["axis"][0], sway["axis"][1]))
	material.set_shader_parameter("sway_length", float(sway["length"]))
	_spring = Spring.new(sway["stiffness"], sway["damping"])
	_follow = sway["follow"]
	_fold = sway.get("fold", 0.0)
	_wag = sway.get("wag", 0.0)


## Radians of yaw, pitch, roll; canvas units; part of the height.
func place(turn: Vector3, offset: Vector2, stretch: float) -> void:
	if not turn.is_equal_approx(_turn):
		_turn = turn
		material.set_shader_parameter("turn", turn)
	if not offset.is_equal_approx(_offset):
		_offset = offset
		material.set_shader_parameter("offset", offset)
	material.set_shader_parameter("stretch", stretch)


## `speed`: degrees a second of yaw, pitch, roll. `ears` folds what can be folded. With 0 seconds it comes to rest at once.
func sway(speed: Vector3, ears: float, time: float, seconds: float, extra := 0.0) -> void:
	if _spring == null:
		return
	var target := _fold * ears + extra
	if seconds > 0.0:
		var drive := clampf(-speed.x * YAW_DRIVE - speed.z * ROLL_DRIVE, -MAX_DRIVE, MAX_DRIVE)
		target += drive * _follow + _wag * sin(time * WAG_RATE)
		_spring.advance(target, seconds)
	else:
		_spring.settle(target)
	material.set_shader_parameter("bend", _spring.position)


func set_depth(depth: float) -> void:
	material.set_shader_parameter("depth", depth)
