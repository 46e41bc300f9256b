extends Node
## The real show with a meter beside it: notes every frame and writes them to the file that $SIDECAST_STAGE_FRAMES names.
##
## godot … res://benchmarks/stage_meter/meter.tscn -- ARGUMENTS OF THE APP
## First line: where it was drawn. Then one JSON object a frame: its time, what was heard and shown in it, what was drawn.

const SHOW := preload("res://scenes/show/show.tscn")
const FILE_VARIABLE := "SIDECAST_STAGE_FRAMES"
## Ten minutes at 120 frames a second.
const MOST := 72000

var _frames: Array[Dictionary] = []
var _last_ns := 0

@onready var _show: Node = SHOW.instantiate()


func _ready() -> void:
	add_child(_show)


func _process(_delta: float) -> void:
	var now_ns: int = (_show.get_node("Bridge") as BridgeLink).now_ns()
	if _last_ns > 0 and _frames.size() < MOST:
		var overlay: Overlay = _show.get_node("Overlay")
		(
			_frames
			. append(
				{
					"ms": (now_ns - _last_ns) / 1e6,
					"speech": (_show.get_node("SpeechStage") as SpeechStage).clock.sounding,
					"caption": overlay.caption.is_shown(),
					"card": overlay.card.is_shown(),
					"draw_calls": _count(RenderingServer.RENDERING_INFO_TOTAL_DRAW_CALLS_IN_FRAME),
					"primitives": _count(RenderingServer.RENDERING_INFO_TOTAL_PRIMITIVES_IN_FRAME),
				}
			)
		)
	_last_ns = now_ns


func _exit_tree() -> void:
	var pixels := get_window().size
	var renderer := RenderingServer.get_video_adapter_name()
	var file := FileAccess.open(OS.get_environment(FILE_VARIABLE), FileAccess.WRITE)
	if file == null:
		push_error("$%s names no file that can be written." % FILE_VARIABLE)
		return
	file.store_line(JSON.stringify({"renderer": renderer, "width": pixels.x, "height": pixels.y}))
	for frame in _frames:
		file.store_line(JSON.stringify(frame))


static func _count(what: RenderingServer.RenderingInfo) -> int:
	return RenderingServer.get_rendering_info(what)
