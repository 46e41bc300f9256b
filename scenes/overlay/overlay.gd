class_name Overlay
extends Control
## Caption, card, state, buttons and the field for a channel, each a scene of its own.

const WARM_S := 0.5

@onready var caption: CaptionView = $Caption
@onready var card: CardView = $Card
@onready var pill: StatePill = $Pill
@onready var buttons: ButtonBar = $Buttons
@onready var channel: ChannelPanel = $Channel


func _ready() -> void:
	_warm_up()


## Draws the common letters once, unseen: the first caption should not wait for its glyphs.
func _warm_up() -> void:
	var letters := String.chr(0x20)
	for code in range(0x21, 0x7F):
		letters += String.chr(code)
	for font_size: int in [CaptionPage.FONT_SIZE, 22]:
		var label := Label.new()
		label.text = letters + "🙂"
		label.modulate.a = 0.004
		label.add_theme_font_override("font", CaptionPage.FONT)
		label.add_theme_font_size_override("font_size", font_size)
		add_child(label)
		get_tree().create_timer(WARM_S).timeout.connect(label.queue_free)


func arrange(layout: StageLayout) -> void:
	caption.arrange(layout.caption, layout.tail_tip)
	card.arrange(layout.card)
	channel.arrange(layout.channel)
	pill.position = layout.pill.position
	pill.size = layout.pill.size
	buttons.reset_size()
	buttons.position = Vector2(layout.buttons.position.x, layout.buttons.end.y - buttons.size.y)
