class_name Wall
extends Control
## Draws a grid over the whole control, fine enough for a shader to shade what is smooth at its corners.

const CELLS := Vector2i(20, 12)

var _grid := ArrayMesh.new()


func _init() -> void:
	var points := PackedVector2Array()
	var indices := PackedInt32Array()
	for j in CELLS.y + 1:
		for i in CELLS.x + 1:
			points.append(Vector2(i, j) / Vector2(CELLS))
	for j in CELLS.y:
		for i in CELLS.x:
			var k := j * (CELLS.x + 1) + i
			indices.append_array([k, k + 1, k + CELLS.x + 1, k + 1, k + CELLS.x + 2, k + CELLS.x + 1])
	var arrays := []
	arrays.resize(Mesh.ARRAY_MAX)
	arrays[Mesh.ARRAY_VERTEX] = points
	arrays[Mesh.ARRAY_TEX_UV] = points
	arrays[Mesh.ARRAY_INDEX] = indices
	_grid.add_surface_from_arrays(Mesh.PRIMITIVE_TRIANGLES, arrays)


func _draw() -> void:
	draw_mesh(_grid, null, Transform2D().scaled(size))
