@tool
class_name FacePart
extends Node2D
## A drawn part of the face. It is redrawn only when one of its parameters has moved visibly: turning the head costs no script.

const LINE := Color("#3A1B38")
const SOFT_LINE := Color("#6E2B3C")
const MIDDLE_X := 512.0
## The smallest step of a parameter that shows.
const VISIBLE_STEP := 0.006

var shape := FeatheredShape.new()
var _shown := PackedFloat32Array()


## Names of the parameters, in the order in which `pose` gets them.
func takes() -> Array[StringName]:
	return []


## New parameter values; the array belongs to the caller.
func pose(values: PackedFloat32Array) -> void:
	var moved := _shown.size() != values.size()
	if moved:
		_shown.resize(values.size())
	for i in values.size():
		if moved or absf(values[i] - _shown[i]) > VISIBLE_STEP:
			_shown[i] = values[i]
			moved = true
	if moved:
		queue_redraw()


## How many canvas units one screen pixel takes.
func set_feather(units: float) -> void:
	shape.feather = units
	queue_redraw()


func value(index: int) -> float:
	return _shown[index]


func _draw() -> void:
	if _shown.is_empty():
		return
	shape.clear()
	_build()
	shape.draw(get_canvas_item())


## Fills `shape` from `value(…)`.
func _build() -> void:
	pass
