class_name SpeechClock
extends RefCounted
## Which utterance sounds and how far it is, from the stamps that the bridge puts on every block it hands to the mixer.
##
## Blocks come every 10-90 ms and a little unevenly; between them the position runs on with the bridge's clock.
## Each block pulls the running position towards the truth; a large difference (an underrun, a new utterance) is taken
## over at once.

const NS := 1e-9
## The longest time a position runs on without a new block.
const MAX_RUN_ON_S := 0.25
const PULL := 0.15
const SNAP_S := 0.06

var utterance := 0
var seconds := 0.0
var sounding := false

var _start_ns := 0.0
var _last_block_ns := 0


## `block`: the bridge's `playhead()`, [utterance, frame in it, rate, at_ns, sounding].
func update(block: PackedInt64Array, now_ns: int) -> void:
	if block.size() < 5:
		return
	var at_ns := block[3]
	var rate := block[2]
	sounding = rate > 0 and block[4] != 0
	if not sounding:
		return
	# When the first frame of the utterance was (or would have been) at the mixer, on the bridge's clock.
	var start_ns := at_ns - block[1] * 1e9 / rate
	var is_new := block[0] != utterance or _last_block_ns == 0
	if is_new or absf(start_ns - _start_ns) * NS > SNAP_S:
		_start_ns = start_ns
		seconds = 0.0 if is_new else seconds
	elif at_ns != _last_block_ns:
		_start_ns += (start_ns - _start_ns) * PULL
	utterance = block[0]
	_last_block_ns = at_ns
	var latest := minf(now_ns, at_ns + MAX_RUN_ON_S * 1e9)
	# Never back by the little that the pull takes: a mouth that twitches backwards shows.
	var position := (latest - _start_ns) * NS
	seconds = position if position < seconds - SNAP_S else maxf(seconds, position)
