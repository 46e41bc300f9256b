class_name PureChecks
extends RefCounted
## Base of the script tests: collects what does not hold.

var failures := PackedStringArray()
var done := 0


func check(holds: bool, what: String) -> void:
	done += 1
	if not holds:
		failures.append(what)


func check_near(value: float, expected: float, tolerance: float, what: String) -> void:
	check(absf(value - expected) <= tolerance, "%s is %f, not %f" % [what, value, expected])
