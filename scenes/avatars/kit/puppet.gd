@tool
class_name KitPuppet
extends Node2D
## The layers of `layers/manifest.json`, back to front, with the drawn face among them. `pose` places all of it.

const MANIFEST := preload("res://scenes/avatars/kit/layers/manifest.json")
const FOLDER := "res://scenes/avatars/kit/layers/"
## How the body takes part in the head's yaw, pitch and roll.
const BODY_SHARE := Vector3(0.35, 0.1, 0.12)
## Canvas units the head moves for a degree of yaw and of pitch, and for a breath.
const HEAD_SHIFT := Vector2(0.6, -0.4)
const BREATH_SHIFT := 2.0
const HEAD_STRETCH := 0.002
const BODY_STRETCH := 0.008
## The ear cup on the far side slides behind the head beyond this yaw, degrees.
const FAR_CUP_YAW := 9.0
const NEAR_CUP_DEPTH := 10.0
const FAR_CUP_DEPTH := 26.0
const PAW_DROP := 380.0
const PAW_SWING := 0.30
const PAW_RATE := 10.0

var eyes := KitEyes.new()
var mouth := KitMouth.new()
var brows := KitBrows.new()
var _warps: Dictionary[StringName, Warp] = {}
var _pictures: Dictionary[StringName, MeshInstance2D] = {}
var _paths: Dictionary[StringName, Array] = {}
var _areas: Dictionary[StringName, Array] = {}
var _pixels := 0.0
var _last_turn := Vector3.ZERO
var _time := 0.0


func _init() -> void:
	var drawn := {"eyes": eyes, "mouth": mouth, "brows": brows}
	for layer: Dictionary in MANIFEST.data:
		var layer_name := StringName(layer["name"])
		var node: Node2D = drawn.get(layer.get("face", ""))
		if node == null:
			# A layer painted onto another shares its picture and its movement.
			var carrier := StringName(layer.get("onto", layer_name))
			_collect(carrier, layer)
			if carrier != layer_name:
				continue
			_pictures[layer_name] = MeshInstance2D.new()
			node = _pictures[layer_name]
		var warp := Warp.new(layer)
		node.name = layer_name
		node.material = warp.material
		_warps[layer_name] = warp
		add_child(node)


func _collect(carrier: StringName, layer: Dictionary) -> void:
	var paths: Array[String] = []
	var areas: Array[Rect2] = []
	var r: Array = layer["rect"]
	(_paths.get_or_add(carrier, paths) as Array[String]).append(FOLDER + layer["name"] + ".svg")
	(_areas.get_or_add(carrier, areas) as Array[Rect2]).append(Rect2(r[0], r[1], r[2], r[3]))


## Draws all layers anew at this many window pixels to the canvas unit.
func set_pixel_scale(pixels: float) -> void:
	if is_equal_approx(pixels, _pixels):
		return
	_pixels = pixels
	for layer_name in _pictures:
		var area: Rect2 = _areas[layer_name][0]
		for one: Rect2 in _areas[layer_name]:
			area = area.merge(one)
		var picture := LayerPicture.painted(_paths[layer_name], _areas[layer_name], area, pixels)
		if picture != null:
			_pictures[layer_name].texture = ImageTexture.create_from_image(picture)
			_pictures[layer_name].mesh = LayerPicture.grid(area, picture)
	for part: FacePart in [eyes, mouth, brows]:
		part.set_feather(1.0 / pixels)


## `turn`: degrees of yaw, pitch, roll. `breath` -1..1, `ears` and `paw` as in the parameter table. 0 seconds: at rest at once.
func pose(turn: Vector3, breath: float, ears: float, paw: float, seconds: float) -> void:
	_time += seconds
	var speed := (turn - _last_turn) / maxf(seconds, 1e-4) if seconds > 0.0 else Vector3.ZERO
	_last_turn = turn
	var head := Vector3(deg_to_rad(turn.x), deg_to_rad(turn.y), deg_to_rad(turn.z))
	var body := head * BODY_SHARE
	var offset := Vector2(turn.x * HEAD_SHIFT.x, turn.y * HEAD_SHIFT.y - breath * BREATH_SHIFT)
	var paw_down := Vector2(0.0, (1.0 - smoothstep(0.0, 1.0, paw)) * PAW_DROP)
	for layer_name in _warps:
		var warp := _warps[layer_name]
		if warp.of_head:
			warp.place(head, offset, breath * HEAD_STRETCH)
		else:
			warp.place(body, paw_down if layer_name == &"paw" else Vector2.ZERO, breath * BODY_STRETCH)
		var swing := PAW_SWING * sin(_time * PAW_RATE) * paw if layer_name == &"paw" else 0.0
		warp.sway(speed, ears, _time, seconds, swing)
	_pictures[&"paw"].visible = paw > 0.02
	_place_cup(&"cup_l", -turn.x)
	_place_cup(&"cup_r", turn.x)


func set_blush(amount: float) -> void:
	_pictures[&"blush"].modulate.a = amount


func _place_cup(cup: StringName, away: float) -> void:
	_pictures[cup].z_index = -1 if away > FAR_CUP_YAW else 0
	_warps[cup].set_depth(FAR_CUP_DEPTH if away > 0.0 else NEAR_CUP_DEPTH)
