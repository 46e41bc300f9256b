class_name HeardBlocks
extends RefCounted
## The block that is heard now, where the sound device plays much later than it takes blocks (wireless headphones: 0.2 s).

## From this script's frame to the viewer's eye: a frame and a half. A device that is no later needs no delay.
const SCREEN_S := 0.045
const MAX_DELAY_S := 0.5
## Blocks kept: at one a frame enough for `MAX_DELAY_S` at 120 frames a second.
const MOST := 64
## Part of a new reading that is taken over; readings scatter by some ms. A larger change is another device.
const EASE := 0.3
const SNAP_S := 0.05
const NS := 1e9

var delay_s := 0.0

var _blocks: Array[PackedInt64Array] = []


## Takes a reading of the device's latency, seconds. Between utterances: within one the mouth would jump.
func measure(latency_s: float) -> void:
	var wanted := clampf(latency_s - SCREEN_S, 0.0, MAX_DELAY_S)
	delay_s = wanted if absf(wanted - delay_s) > SNAP_S else lerpf(delay_s, wanted, EASE)


func delay_ns() -> int:
	return int(delay_s * NS)


## Takes the block that was handed over last (the bridge's `playhead()`), gives back the one that is heard at `heard_ns`.
func at(block: PackedInt64Array, heard_ns: int) -> PackedInt64Array:
	if block.size() < 5:
		return block
	if _blocks.is_empty() or block[3] != _blocks[-1][3]:
		_blocks.append(block)
	if _blocks.size() > MOST:
		_blocks.pop_front()
	for i in range(_blocks.size() - 1, 0, -1):
		if _begins_ns(_blocks[i]) <= heard_ns:
			_blocks = _blocks.slice(i)
			break
	return _blocks[0]


## When its utterance began, or its silence as far as it is known: later blocks of an utterance tell its time best.
static func _begins_ns(block: PackedInt64Array) -> int:
	if block[4] == 0 or block[2] <= 0:
		return block[3]
	return block[3] - int(block[1] * NS / block[2])
