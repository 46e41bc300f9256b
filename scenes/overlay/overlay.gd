class_name Overlay
extends Control
## Caption, card, state and buttons, each a scene of its own.

@onready var caption: CaptionView = $Caption
@onready var card: CardView = $Card
@onready var pill: StatePill = $Pill
@onready var buttons: ButtonBar = $Buttons


func arrange(layout: StageLayout) -> void:
	caption.arrange(layout.caption, layout.tail_tip)
	card.arrange(layout.card)
	pill.position = layout.pill.position
	pill.size = layout.pill.size
	buttons.reset_size()
	buttons.position = Vector2(layout.buttons.position.x, layout.buttons.end.y - buttons.size.y)
