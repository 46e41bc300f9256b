@tool
class_name FeatheredShape
extends RefCounted
## Vertex-coloured triangles with a soft rim: smooth edges without MSAA, which the Compatibility renderer lacks in 2D.
##
## Collects fills, strokes and discs in a local frame (`place`) and hands them to the renderer as one array (`draw`).

const DISC_STEPS := 24
const CAP_STEPS := 8

## Width of the soft rim in canvas units; one screen pixel looks best.
var feather := 1.0

var _points := PackedVector2Array()
var _colours := PackedColorArray()
var _indices := PackedInt32Array()
var _origin := Vector2.ZERO
var _scale := Vector2.ONE


func clear() -> void:
	_points.clear()
	_colours.clear()
	_indices.clear()


## What follows is drawn around `origin`, scaled; a negative x mirrors.
func place(origin: Vector2, scale: Vector2) -> void:
	_origin = origin
	_scale = scale


func draw(canvas_item: RID) -> void:
	if _indices.size() > 0:
		RenderingServer.canvas_item_add_triangle_array(canvas_item, _indices, _points, _colours)


## The area between two curves of the same length (x ascending), `rows` strips high so that the ramp bends well.
## Without a rim where its edges are covered or faint: a rim is most of the triangles.
func fill(upper: PackedVector2Array, lower: PackedVector2Array, ramp: Ramp, rows := 1, rim := true) -> void:
	var n := upper.size()
	if n < 2:
		return
	var base := _points.size()
	for i in n:
		for r in rows + 1:
			var p := upper[i].lerp(lower[i], float(r) / rows)
			_add(p, ramp.at(p.y))
	for i in n - 1:
		for r in rows:
			var k := base + i * (rows + 1) + r
			_quad(k, k + 1, k + rows + 1, k + rows + 2)
	if rim:
		_rim(upper, lower, ramp)


## A stroke along `line`; `widths` has one entry a point.
func ink(line: PackedVector2Array, widths: PackedFloat32Array, colour: Color) -> void:
	var n := line.size()
	if n < 2:
		return
	var base := _points.size()
	var clear_colour := Color(colour, 0.0)
	var rim := _rim_width()
	for i in n:
		var along := (line[mini(i + 1, n - 1)] - line[maxi(i - 1, 0)]).normalized()
		var across := Vector2(-along.y, along.x)
		var outer := across * (widths[i] * 0.5 + rim * 0.5)
		var inner := across * maxf(widths[i] * 0.5 - rim * 0.5, 0.0)
		_add(line[i] + outer, clear_colour)
		_add(line[i] + inner, colour)
		_add(line[i] - inner, colour)
		_add(line[i] - outer, clear_colour)
	for i in n - 1:
		for r in 3:
			var k := base + i * 4 + r
			_quad(k, k + 1, k + 4, k + 5)
	for end: int in [0, n - 1]:
		if widths[end] > 1.6:
			disc(line[end], Vector2.ONE * widths[end] * 0.5, colour, CAP_STEPS)


func disc(center: Vector2, radii: Vector2, colour: Color, steps := DISC_STEPS) -> void:
	var half_rim := Vector2.ONE * _rim_width() * 0.5
	var middle := _add(center, colour)
	var clear_colour := Color(colour, 0.0)
	for i in steps:
		var direction := Vector2.from_angle(TAU * i / steps)
		_add(center + direction * (radii - half_rim), colour)
		_add(center + direction * (radii + half_rim), clear_colour)
	for i in steps:
		var a := middle + 1 + i * 2
		var b := middle + 1 + ((i + 1) % steps) * 2
		_indices.append(middle)
		_indices.append(a)
		_indices.append(b)
		_quad(a, a + 1, b, b + 1)


func _rim(upper: PackedVector2Array, lower: PackedVector2Array, ramp: Ramp) -> void:
	var n := upper.size()
	var ring := upper.duplicate()
	for i in n:
		ring.append(lower[n - 1 - i])
	var count := ring.size()
	var rim := _rim_width()
	var first := _points.size()
	for i in count:
		var along := ring[(i + 1) % count] - ring[i - 1]
		if along.length_squared() < 1e-8:
			along = Vector2.UP if i < n else Vector2.DOWN
		var outwards := Vector2(along.y, -along.x).normalized()
		var colour := ramp.at(ring[i].y)
		_add(ring[i], colour)
		_add(ring[i] + outwards * rim, Color(colour, 0.0))
	for i in count:
		var k := first + i * 2
		var j := first + ((i + 1) % count) * 2
		_quad(k, k + 1, j, j + 1)


func _rim_width() -> float:
	return feather / absf(_scale.y)


func _add(p: Vector2, colour: Color) -> int:
	_points.append(_origin + p * _scale)
	_colours.append(colour)
	return _points.size() - 1


func _quad(a: int, b: int, c: int, d: int) -> void:
	_indices.append(a)
	_indices.append(b)
	_indices.append(c)
	_indices.append(b)
	_indices.append(d)
	_indices.append(c)
