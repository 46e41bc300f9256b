class_name SpeechStage
extends Node
## Plays the voice and tells what the mouth does: viseme weights by what is heard now.

## The first block of an utterance was handed to the mixer.
signal utterance_started(utterance: int)

## The mouth comes up and falls shut in this time when sound starts and ends, seconds.
const FADE_S := 0.06
const MAX_TRACKS := 64
## How often the sound device is asked for its latency, seconds, while nothing is heard.
const MEASURE_S := 1.0
## A shape that is only looked at is shown no longer than this, seconds.
const POSE_MOST_S := 10.0

## Weights of this frame in the order of `Visemes.NAMES`; their sum falls to 0 in silence.
var weights := PackedFloat32Array()
## Position of what is heard, not of what is mixed.
var clock := SpeechClock.new()
## Tracks dropped because too many waited.
var dropped := 0

var _tracks: Dictionary[int, VisemeTrack] = {}
var _voice := 0.0
var _heard := -1
var _posed := Visemes.SILENCE
var _pose_s := 0.0
var _blocks := HeardBlocks.new()
var _measured_s := 0.0

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


## Shows a mouth shape for a while, unless something is said.
func pose(shape: String, seconds: float) -> void:
	_posed = Visemes.index_of(shape)
	_pose_s = clampf(seconds, 0.0, POSE_MOST_S)


func tracks_waiting() -> int:
	return _tracks.size()


## Once a frame, with the bridge's `playhead()` and `now_ns()`.
func advance(block: PackedInt64Array, now_ns: int, delta: float) -> void:
	_measure(delta)
	var heard_ns := now_ns - _blocks.delay_ns()
	clock.update(_blocks.at(block, heard_ns), heard_ns)
	if clock.sounding and clock.utterance != _heard:
		_heard = clock.utterance
		_forget_before(_heard)
		utterance_started.emit(_heard)
	_pose_s = 0.0 if clock.sounding else maxf(_pose_s - delta, 0.0)
	_voice = move_toward(_voice, 1.0 if clock.sounding else 0.0, delta / FADE_S)
	if _pose_s > 0.0 and _voice <= 0.0:
		weights.fill(0.0)
		weights[_posed] = minf(_pose_s / FADE_S, 1.0)
		return
	var track: VisemeTrack = _tracks.get(_heard)
	if track == null or _voice <= 0.0:
		weights.fill(0.0)
		weights[Visemes.SILENCE] = _voice
		return
	track.weigh(clock.seconds, weights)
	for i in weights.size():
		weights[i] *= _voice


func _measure(delta: float) -> void:
	_measured_s += delta
	if _measured_s >= MEASURE_S and not clock.sounding and _player.playing:
		_measured_s = 0.0
		_blocks.measure(AudioServer.get_output_latency())


func _forget_before(utterance: int) -> void:
	for number: int in _tracks.keys():
		if number < utterance:
			_tracks.erase(number)
