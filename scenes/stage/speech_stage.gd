class_name SpeechStage
extends Node
## Plays the voice and tells what the mouth does: viseme weights by the mixer's own position.

## The first block of an utterance was handed to the mixer.
signal utterance_started(utterance: int)

## The mouth comes up and falls shut in this time when sound starts and ends, seconds.
const FADE_S := 0.06
const MAX_TRACKS := 64

## Seconds to add to the mixer's position: set it where a sound device plays much later than it takes blocks.
@export_range(-0.2, 0.2, 0.001) var correction_s := 0.0

## Weights of this frame in the order of `Visemes.NAMES`; their sum falls to 0 in silence.
var weights := PackedFloat32Array()
var clock := SpeechClock.new()
## Tracks dropped because too many waited.
var dropped := 0

var _tracks: Dictionary[int, VisemeTrack] = {}
var _voice := 0.0
var _heard := -1

@onready var _player: AudioStreamPlayer = $Voice


func _init() -> void:
	weights.resize(Visemes.NAMES.size())


## Starts the voice. Without the bridge's `SpeechStream` class there is nothing to play.
func start() -> void:
	if ClassDB.can_instantiate(&"SpeechStream"):
		_player.stream = ClassDB.instantiate(&"SpeechStream")
		_player.play()


func stop() -> void:
	_player.stop()
	_player.stream = null


func take(track: VisemeTrack) -> void:
	if _tracks.size() >= MAX_TRACKS:
		_tracks.erase(_tracks.keys().min())
		dropped += 1
	_tracks[track.utterance] = track


func tracks_waiting() -> int:
	return _tracks.size()


## Once a frame, with the bridge's `playhead()` and `now_ns()`.
func advance(block: PackedInt64Array, now_ns: int, delta: float) -> void:
	clock.update(block, now_ns)
	if clock.sounding and clock.utterance != _heard:
		_heard = clock.utterance
		_forget_before(_heard)
		utterance_started.emit(_heard)
	_voice = move_toward(_voice, 1.0 if clock.sounding else 0.0, delta / FADE_S)
	var track: VisemeTrack = _tracks.get(_heard)
	if track == null or _voice <= 0.0:
		weights.fill(0.0)
		weights[Visemes.SILENCE] = _voice
		return
	track.weigh(clock.seconds + correction_s, weights)
	for i in weights.size():
		weights[i] *= _voice


func _forget_before(utterance: int) -> void:
	for number: int in _tracks.keys():
		if number < utterance:
			_tracks.erase(number)
