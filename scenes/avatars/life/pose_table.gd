@tool
class_name PoseTable
extends Resource
## Named poses, editable in the inspector: name → {parameter: value}. What a pose does not name keeps its default.

@export var poses: Dictionary[StringName, Dictionary] = {}


func has_pose(pose: StringName) -> bool:
	return poses.has(pose)


func names() -> Array[StringName]:
	return poses.keys()


## The pose as one array in the order of `parameters`, filled up with `defaults`.
func baked(pose: StringName, parameters: Array[StringName], defaults: PackedFloat32Array) -> PackedFloat32Array:
	var values := defaults.duplicate()
	var pose_values: Dictionary = poses.get(pose, {})
	for key: Variant in pose_values:
		var index := parameters.find(StringName(key))
		if index < 0:
			push_warning("Pose %s names an unknown parameter: %s." % [pose, key])
			continue
		values[index] = pose_values[key]
	return values
