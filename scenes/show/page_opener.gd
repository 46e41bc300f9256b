class_name PageOpener
extends RefCounted
## Opens the control page in the browser. Its link works once and is never shown on the screen, which is on stream.

const LOCAL: Array[String] = ["http://127.0.0.1", "http://localhost", "http://[::1]"]

var _link := ""
var _wanted := false


## A link from Python (or empty); true when there is a page to offer. One that was asked for is opened at once.
func take(link: String) -> bool:
	if link.is_empty():
		return false
	if not LOCAL.any(func(start: String) -> bool: return link.begins_with(start + ":") or link.begins_with(start + "/")):
		push_warning("A control page that is not on this machine was not offered.")
		return false
	_link = link
	if _wanted:
		ask()
	return true


## Opens the link at hand, or the next one that comes.
func ask() -> void:
	_wanted = _link.is_empty()
	if not _link.is_empty():
		OS.shell_open(_link)
		_link = ""
