@tool
class_name Curves
## Plane curves as point lists, x ascending.


## `steps + 1` points of a cubic Bézier with the four control points `q`.
static func bezier(q: PackedVector2Array, steps: int) -> PackedVector2Array:
	var points := PackedVector2Array()
	points.resize(steps + 1)
	for k in steps + 1:
		points[k] = q[0].bezier_interpolate(q[1], q[2], q[3], float(k) / steps)
	return points


## Height of the curve at `x`, level beyond its ends.
static func height_at(curve: PackedVector2Array, x: float) -> float:
	var low := 0
	var high := curve.size() - 1
	if x <= curve[low].x:
		return curve[low].y
	if x >= curve[high].x:
		return curve[high].y
	while high - low > 1:
		var middle := (low + high) >> 1
		if curve[middle].x <= x:
			low = middle
		else:
			high = middle
	return lerpf(curve[low].y, curve[high].y, (x - curve[low].x) / maxf(curve[high].x - curve[low].x, 1e-4))


## Point by point between two lists of the same length.
static func between(a: PackedVector2Array, b: PackedVector2Array, t: float) -> PackedVector2Array:
	var points := PackedVector2Array()
	points.resize(a.size())
	for i in a.size():
		points[i] = a[i].lerp(b[i], t)
	return points
