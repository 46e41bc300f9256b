class_name Trouble
extends Control
## What went wrong and what to do about it, in place of the show.

@onready var _what: Label = %What
@onready var _remedy: Label = %Remedy


func _ready() -> void:
	visible = false


func tell(what: String, remedy: String) -> void:
	_what.text = what
	_remedy.text = remedy
	visible = true
