class_name PillSign
extends Control
## The sign in front of the state's word: dots that bounce, bars that dance, a dot that breathes, or a still mark.
##
## It moves by moving nodes that are drawn once: drawing shapes anew each frame costs more than the whole pill.

const BEADS := 4
const DOT := 11.0
const BAR := Vector2(6.0, 24.0)
## State → what is drawn.
const KINDS: Dictionary[String, String] = {"speaking": "bars", "listening": "breath", "muted": "mark", "stopped": "mark"}

var _kind := "dots"
var _muted := false
var _time := 0.0
var _beads: Array[Panel] = []
var _bead_box := Palette.box(Color.WHITE, 3)


func _ready() -> void:
	for _i in BEADS:
		var bead := Panel.new()
		bead.use_parent_material = true
		bead.mouse_filter = Control.MOUSE_FILTER_IGNORE
		bead.add_theme_stylebox_override("panel", _bead_box)
		add_child(bead)
		_beads.append(bead)
	show_state("starting", Color.WHITE)


func show_state(state: String, colour: Color) -> void:
	_kind = KINDS.get(state, "dots")
	_muted = state == "muted"
	modulate = colour
	var bead_size := BAR if _kind == "bars" else Vector2(DOT, DOT)
	_bead_box.set_corner_radius_all(int(minf(bead_size.x, bead_size.y) / 2.0 + 0.5))
	for i in BEADS:
		_beads[i].visible = i < {"bars": 4, "dots": 3, "breath": 2, "mark": 0}[_kind]
		_beads[i].size = bead_size
		_beads[i].pivot_offset = bead_size * 0.5
		_beads[i].scale = Vector2.ONE
		_beads[i].modulate.a = 1.0
	_place()
	queue_redraw()


func _process(delta: float) -> void:
	_time += delta
	_place()


func _place() -> void:
	match _kind:
		"bars":
			for i in BEADS:
				_beads[i].position = Vector2((i - 1.5) * 10.0, 0.0) - BAR * 0.5
				_beads[i].scale.y = 0.3 + 0.6 * absf(sin(_time * (5.0 + i * 1.3) + i * 1.9))
		"dots":
			for i in 3:
				var up := 6.0 * maxf(0.0, sin(_time * 6.0 - i * 0.8))
				_beads[i].position = Vector2((i - 1) * 17.0, 2.0 - up) - Vector2.ONE * DOT * 0.5
		"breath":
			var breath := 0.5 + 0.5 * sin(_time * 2.2)
			for i in 2:
				_beads[i].position = -Vector2.ONE * DOT * 0.5
			_beads[0].scale = Vector2.ONE * (1.2 + 1.1 * breath)
			_beads[0].modulate.a = 0.28


func _draw() -> void:
	if _kind != "mark":
		return
	draw_circle(Vector2.ZERO, 11.0, Color.WHITE, false, 3.0, true)
	if _muted:
		draw_line(Vector2(-7.5, 7.5), Vector2(7.5, -7.5), Color.WHITE, 3.0, true)
	else:
		draw_rect(Rect2(-4.0, -4.0, 8.0, 8.0), Color.WHITE)
