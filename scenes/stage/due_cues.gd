class_name DueCues
extends RefCounted
## Cues that wait for their utterance to start.

const MAX_WAITING := 64

## Cues dropped because too many waited.
var dropped := 0

var _waiting: Array[Dictionary] = []


## `cue` is given back by `due` when `utterance` has started.
func wait(utterance: int, cue: Dictionary) -> void:
	if _waiting.size() >= MAX_WAITING:
		_waiting.pop_front()
		dropped += 1
	_waiting.append({"utterance": utterance, "cue": cue})


## Takes out what waited for `utterance`; what waited for earlier ones (cut before they were heard) is forgotten.
func due(utterance: int) -> Array[Dictionary]:
	var ready: Array[Dictionary] = []
	var later: Array[Dictionary] = []
	for entry in _waiting:
		if entry["utterance"] == utterance:
			ready.append(entry["cue"])
		elif entry["utterance"] > utterance:
			later.append(entry)
	_waiting = later
	return ready
