@tool
class_name LayerPicture
## Turns an SVG layer into a texture of the resolution that the window needs, and into a mesh fine enough to bend.

## Width of a mesh cell, canvas units.
const CELL := 48.0
const MIN_CELLS := 3
const MAX_CELLS := 40


## Several layers painted onto each other: one picture of `area` (canvas units), `pixels` window pixels to the unit.
## In an exported app the SVGs are gone and the imported textures (one pixel a unit) stand in for them. Null when there is
## neither.
static func painted(paths: Array[String], areas: Array[Rect2], area: Rect2, pixels: float) -> Image:
	var picture: Image = null
	for i in paths.size():
		var layer := _layer(paths[i], areas[i], area, pixels)
		if layer == null:
			return null
		if picture == null:
			picture = layer
		else:
			picture.blend_rect(layer, Rect2i(Vector2i.ZERO, layer.get_size()), Vector2i.ZERO)
	picture.fix_alpha_edges()
	return picture


static func _layer(path: String, own: Rect2, area: Rect2, pixels: float) -> Image:
	var image := Image.new()
	if FileAccess.file_exists(path):
		var svg := _seen_through(FileAccess.get_file_as_string(path), area)
		if image.load_svg_from_string(svg, pixels) != OK:
			push_error("%s is not an SVG that Godot can draw." % path)
			return null
		return image
	if not ResourceLoader.exists(path):
		push_error("The avatar's layer %s is missing." % path)
		return null
	var imported := (load(path) as Texture2D).get_image()
	imported.convert(Image.FORMAT_RGBA8)
	image = Image.create_empty(int(area.size.x), int(area.size.y), false, Image.FORMAT_RGBA8)
	image.blit_rect(imported, Rect2i(Vector2i.ZERO, imported.get_size()), Vector2i(own.position - area.position))
	return image


## The same drawing cut out by `area`: layers that are painted onto each other must lie on the same pixels.
static func _seen_through(svg: String, area: Rect2) -> String:
	var cut := 'width="%d" height="%d" viewBox="%d %d %d %d"'
	var root := RegEx.create_from_string("<svg\\b[^>]*>").search(svg)
	if root == null:
		return svg
	var tag := RegEx.create_from_string('\\s(width|height|viewBox)="[^"]*"').sub(root.get_string(), "", true)
	tag = tag.insert(4, " " + cut % [area.size.x, area.size.y, area.position.x, area.position.y, area.size.x, area.size.y])
	return svg.substr(0, root.get_start()) + tag + svg.substr(root.get_end())


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
