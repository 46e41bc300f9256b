@tool
class_name LayerPicture
## Turns an SVG layer into a texture of the resolution that the window needs, and into a mesh fine enough to bend.

## Width of a mesh cell, canvas units.
const CELL := 24.0
const MIN_CELLS := 3
const MAX_CELLS := 40


## The picture `pixels` window pixels to the canvas unit. In an exported app the SVG is gone and the imported texture
## (one pixel a unit) stands in for it. Null when there is neither.
static func rasterised(path: String, pixels: float) -> Image:
	var image := Image.new()
	if FileAccess.file_exists(path):
		if image.load_svg_from_string(FileAccess.get_file_as_string(path), pixels) != OK:
			push_error("%s is not an SVG that Godot can draw." % path)
			return null
	elif ResourceLoader.exists(path):
		image = (load(path) as Texture2D).get_image()
	else:
		push_error("The avatar's layer %s is missing." % path)
		return null
	image.fix_alpha_edges()
	return image


## A grid over `area` (canvas units) without the cells in which `image` is empty: what is invisible costs no fill.
static func grid(area: Rect2, image: Image) -> ArrayMesh:
	var across := clampi(int(area.size.x / CELL), MIN_CELLS, MAX_CELLS)
	var down := clampi(int(area.size.y / CELL), MIN_CELLS, MAX_CELLS)
	var points := PackedVector2Array()
	var uvs := PackedVector2Array()
	var indices := PackedInt32Array()
	for j in down + 1:
		for i in across + 1:
			var part := Vector2(float(i) / across, float(j) / down)
			points.append(area.position + area.size * part)
			uvs.append(part)
	for j in down:
		for i in across:
			if _is_empty(image, Rect2(float(i) / across, float(j) / down, 1.0 / across, 1.0 / down)):
				continue
			var k := j * (across + 1) + i
			indices.append_array([k, k + 1, k + across + 1, k + 1, k + across + 2, k + across + 1])
	var arrays := []
	arrays.resize(Mesh.ARRAY_MAX)
	arrays[Mesh.ARRAY_VERTEX] = points
	arrays[Mesh.ARRAY_TEX_UV] = uvs
	arrays[Mesh.ARRAY_INDEX] = indices
	var mesh := ArrayMesh.new()
	mesh.add_surface_from_arrays(Mesh.PRIMITIVE_TRIANGLES, arrays)
	return mesh


static func _is_empty(image: Image, part: Rect2) -> bool:
	var size := Vector2(image.get_size())
	var pixels := Rect2i(Rect2(part.position * size, part.size * size).grow(1.0))
	return image.get_region(pixels.intersection(Rect2i(Vector2i.ZERO, image.get_size()))).is_invisible()
