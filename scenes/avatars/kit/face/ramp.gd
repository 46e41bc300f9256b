@tool
class_name Ramp
extends RefCounted
## A vertical colour ramp in a face part's own units: what paints irises, teeth and tongues.

var _heights := PackedFloat32Array()
var _colours := PackedColorArray()


func _init(heights: Array[float], colours: Array[Color]) -> void:
	_heights = PackedFloat32Array(heights)
	_colours = PackedColorArray(colours)


static func flat(colour: Color) -> Ramp:
	return Ramp.new([0.0], [colour])


func at(y: float) -> Color:
	if y <= _heights[0]:
		return _colours[0]
	for i in range(1, _heights.size()):
		if y <= _heights[i]:
			return _colours[i - 1].lerp(_colours[i], (y - _heights[i - 1]) / (_heights[i] - _heights[i - 1]))
	return _colours[-1]
