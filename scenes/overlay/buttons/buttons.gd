class_name ButtonBar
extends HBoxContainer
## Control page, Skip, Mute, Stop: shown while the mouse moves over the window, away again soon after.

## A button was pressed; the name is that of the `hotkey` mark.
signal pressed(hotkey: String)

const STAY_S := 2.5
const FADE_RATE := 9.0

var _wanted_s := 0.0


func _ready() -> void:
	modulate.a = 0.0
	visible = false
	for button: Button in find_children("*", "Button"):
		button.pressed.connect(pressed.emit.bind(button.name.to_lower()))


func _input(event: InputEvent) -> void:
	if event is InputEventMouseMotion or event is InputEventScreenTouch:
		_wanted_s = STAY_S
		visible = true


func _process(delta: float) -> void:
	if not visible:
		return
	_wanted_s -= delta
	modulate.a = lerpf(modulate.a, 1.0 if _wanted_s > 0.0 else 0.0, 1.0 - exp(-delta * FADE_RATE))
	visible = _wanted_s > 0.0 or modulate.a > 0.01


## The page button is of use only once there is a page.
func offer_page(there: bool) -> void:
	($Page as Button).visible = there
