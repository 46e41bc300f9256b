extends PureChecks

const MS := 1000000
const RATE := 16000


## A block of `utterance` at `frame`, stamped `at_ms`.
func _block(utterance: int, frame: int, at_ms: float, sounding := 1) -> PackedInt64Array:
	return [utterance, frame, RATE, int(at_ms * MS), sounding]


func test_the_position_runs_on_between_blocks() -> void:
	var clock := SpeechClock.new()
	clock.update(_block(1, 0, 1000.0), 1000 * MS)
	check_near(clock.seconds, 0.0, 1e-6, "the start")
	clock.update(_block(1, 0, 1000.0), 1040 * MS)
	check_near(clock.seconds, 0.040, 1e-6, "40 ms later")
	check(clock.sounding and clock.utterance == 1, "it does not sound")


func test_it_does_not_run_on_without_blocks_for_ever() -> void:
	var clock := SpeechClock.new()
	clock.update(_block(1, 0, 1000.0), 1000 * MS)
	clock.update(_block(1, 0, 1000.0), 9000 * MS)
	check_near(clock.seconds, SpeechClock.MAX_RUN_ON_S, 1e-6, "the position")


func test_unsteady_stamps_do_not_shake_it() -> void:
	var clock := SpeechClock.new()
	var worst := 0.0
	var last := 0.0
	for i in 100:
		var jitter := 8.0 if i % 2 == 0 else -8.0
		var now := 1000.0 + i * 20.0
		clock.update(_block(1, i * RATE / 50, now + jitter), int((now + 9.0) * MS))
		if i > 20:
			worst = maxf(worst, absf(clock.seconds - last - 0.020))
		last = clock.seconds
	check(worst < 0.004, "a step is %f s off" % worst)


func test_it_never_twitches_back() -> void:
	var clock := SpeechClock.new()
	var last := 0.0
	for i in 50:
		clock.update(_block(1, i * RATE / 50, 1000.0 + i * 20.0 + (15.0 if i % 3 == 0 else 0.0)), int((1000.0 + i * 20.0) * MS))
		check(clock.seconds >= last, "it went back at block %d" % i)
		last = clock.seconds


func test_an_underrun_is_taken_over() -> void:
	var clock := SpeechClock.new()
	clock.update(_block(1, 0, 1000.0), 1000 * MS)
	clock.update(_block(1, RATE / 10, 1400.0), 1400 * MS)
	check_near(clock.seconds, 0.1, 1e-3, "the position after 300 ms without sound")


func test_a_new_utterance_starts_at_its_start() -> void:
	var clock := SpeechClock.new()
	clock.update(_block(1, RATE, 1000.0), 1000 * MS)
	check_near(clock.seconds, 1.0, 1e-6, "the first utterance")
	clock.update(_block(2, 0, 1020.0), 1021 * MS)
	check_near(clock.seconds, 0.001, 1e-6, "the second utterance")


func test_silence_stops_it() -> void:
	var clock := SpeechClock.new()
	clock.update(_block(1, 0, 1000.0), 1000 * MS)
	clock.update(_block(1, 320, 1020.0, 0), 1060 * MS)
	check(not clock.sounding, "it sounds")
	check_near(clock.seconds, 0.0, 1e-6, "the position")


func test_nothing_yet() -> void:
	var clock := SpeechClock.new()
	clock.update([0, 0, 0, 0, 0], 5 * MS)
	check(not clock.sounding, "a mixer that has not run sounds")


func test_a_device_that_is_no_later_than_the_screen_delays_nothing() -> void:
	var heard := HeardBlocks.new()
	for latency: float in [0.0, 0.025, 0.044, 0.031]:
		heard.measure(latency)
		check(heard.delay_ns() == 0, "%f s delay by %d ns" % [latency, heard.delay_ns()])
	check(heard.at(_block(3, 160, 1000.0), 1000 * MS) == _block(3, 160, 1000.0), "the block is another")


func test_readings_that_scatter_hardly_move_the_delay() -> void:
	var heard := HeardBlocks.new()
	heard.measure(0.245)
	check_near(heard.delay_s, 0.2, 1e-6, "the first reading")
	for i in 20:
		heard.measure(0.245 + (0.006 if i % 2 == 0 else -0.006))
	check_near(heard.delay_s, 0.2, 0.003, "the delay")
	heard.measure(9.0)
	check_near(heard.delay_s, HeardBlocks.MAX_DELAY_S, 1e-6, "the most")


## A mixer that hands over 20 ms blocks, watched at 50 frames a second, and a device that plays 200 ms later.
func test_a_late_device_delays_start_position_and_end() -> void:
	var heard := HeardBlocks.new()
	var clock := SpeechClock.new()
	heard.measure(HeardBlocks.SCREEN_S + 0.2)
	var started := -1.0
	var ended := -1.0
	for i in 100:
		var now := 1000.0 + i * 20.0
		var spoken := now - 1200.0
		var sounds := spoken >= 0.0 and spoken < 600.0
		var block := _block(1, int(spoken / 1000.0 * RATE), now) if sounds else _block(0, 0, now, 0)
		var heard_ns := int(now * MS) - heard.delay_ns()
		clock.update(heard.at(block, heard_ns), heard_ns)
		if clock.sounding:
			started = now if started < 0.0 else started
			check_near(clock.seconds, (now - 1400.0) / 1000.0, 1e-3, "the position at %.0f ms" % now)
		elif started > 0.0 and ended < 0.0:
			ended = now
	check_near(started, 1400.0, 1.0, "the start")
	check_near(ended, 2000.0, 1.0, "the end")


func test_two_utterances_in_a_row_are_told_apart_late() -> void:
	var heard := HeardBlocks.new()
	heard.measure(HeardBlocks.SCREEN_S + 0.1)
	var first := _block(1, 1600, 1100.0)
	var second := _block(2, 160, 1130.0)
	check(heard.at(first, 1000 * MS) == first, "the first is not heard at its start")
	check(heard.at(second, 1050 * MS) == first, "the second is heard before its start")
	check(heard.at(second, 1121 * MS) == second, "the second is not heard")
