class_name WordSweep
extends RefCounted
## The words of a caption and which of them is being heard. Positions come from the mixer, never from time.

const MAX_WORDS := 400
## No word is read yet.
const BEFORE := -1

var text := ""
## Character ranges of the words in `text`.
var ranges: Array[Vector2i] = []
## The word being swept (or the last one swept), and how much of it.
var word := BEFORE
var progress := 0.0
## True while `word` is being heard, false in a pause.
var speaking := false

var _utterances := PackedInt32Array()
var _starts := PackedFloat32Array()
var _ends := PackedFloat32Array()


func clear() -> void:
	text = ""
	ranges.clear()
	_utterances.clear()
	_starts.clear()
	_ends.clear()
	word = BEFORE
	progress = 0.0
	speaking = false


func is_empty() -> bool:
	return ranges.is_empty()


## Adds the words of a `caption` cue; what is not a word is left out.
func append(utterance: int, words: Array) -> void:
	for entry: Variant in words:
		if not entry is Dictionary or ranges.size() >= MAX_WORDS:
			continue
		var written := PlainText.line(Wire.text(entry, "text"), PlainText.MAX_WORD)
		if written.is_empty():
			continue
		if not text.is_empty():
			text += " "
		ranges.append(Vector2i(text.length(), text.length() + written.length()))
		text += written
		_utterances.append(utterance)
		_starts.append(Wire.number(entry, "start_s"))
		_ends.append(Wire.number(entry, "end_s"))


## Where the mixer is. In silence the sweep stays where it is.
func advance(utterance: int, seconds: float, sounding: bool) -> void:
	speaking = false
	if not sounding:
		return
	for i in range(maxi(word, 0), ranges.size()):
		if _utterances[i] > utterance or (_utterances[i] == utterance and seconds < _starts[i]):
			return
		word = i
		if _utterances[i] < utterance or seconds >= _ends[i]:
			progress = 1.0
			continue
		progress = (seconds - _starts[i]) / maxf(_ends[i] - _starts[i], 1e-3)
		speaking = true
		return
