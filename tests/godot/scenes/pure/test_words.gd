extends PureChecks


func _sweep() -> WordSweep:
	var sweep := WordSweep.new()
	sweep.append(1, [{"text": "Hello", "start_s": 0.1, "end_s": 0.5}, {"text": "there,", "start_s": 0.6, "end_s": 1.0}])
	sweep.append(2, [{"text": "chat!", "start_s": 0.2, "end_s": 0.6}])
	return sweep


func test_words_become_one_text() -> void:
	var sweep := _sweep()
	check(sweep.text == "Hello there, chat!", "the text is %s" % sweep.text)
	check(str(sweep.ranges) == "[(0, 5), (6, 12), (13, 18)]", "the ranges are wrong")


func test_the_sweep_follows_the_position() -> void:
	var sweep := _sweep()
	sweep.advance(1, 0.05, true)
	check(sweep.word == WordSweep.BEFORE, "a word is read before its time")
	sweep.advance(1, 0.3, true)
	check(sweep.word == 0 and sweep.speaking, "the first word is not being read")
	check_near(sweep.progress, 0.5, 1e-5, "the first word")
	sweep.advance(1, 0.55, true)
	check(sweep.word == 0 and not sweep.speaking, "the pause belongs to a word")
	check_near(sweep.progress, 1.0, 1e-5, "the first word, read")


func test_the_next_utterance_goes_on_in_the_same_text() -> void:
	var sweep := _sweep()
	sweep.advance(2, 0.4, true)
	check(sweep.word == 2, "the word is %d" % sweep.word)
	check_near(sweep.progress, 0.5, 1e-5, "its progress")


func test_a_cut_freezes_it() -> void:
	var sweep := _sweep()
	sweep.advance(1, 0.3, true)
	sweep.advance(1, 5.0, false)
	check(sweep.word == 0 and not sweep.speaking, "it went on")
	check_near(sweep.progress, 0.5, 1e-5, "its progress")


func test_what_is_no_word_is_left_out() -> void:
	var sweep := WordSweep.new()
	sweep.append(1, ["x", {"text": 5}, {"text": ""}, {"text": "ok", "start_s": 0.0, "end_s": 0.1}])
	check(sweep.text == "ok", "the text is %s" % sweep.text)


func test_text_is_made_harmless() -> void:
	check(PlainText.line("a\u0007b\nc\u202Ed", 40) == "ab cd", "controls and overrides stay")
	check(PlainText.line("[b]x[/b]", 40) == "[b]x[/b]", "markup is changed")
	check(PlainText.line("z" + "\u0301".repeat(30), 40).length() == 1 + PlainText.MAX_STACKED_MARKS, "a tower of accents stays")
	check(PlainText.line("x".repeat(500), 20) == "x".repeat(20) + PlainText.ELLIPSIS, "a long text is not cut")
	check(PlainText.line("👩‍🚀 מה", 40) == "👩‍🚀 מה", "emoji or Hebrew suffer")


func test_dark_names_are_made_readable() -> void:
	for colour: String in ["#0000FF", "#000000", "#8B0000", "#FFFFFF", "#FF4F88"]:
		var readable := Palette.readable_on_dark(colour)
		check(
			_contrast(readable, Palette.NIGHT) >= 4.5, "%s has a contrast of %.1f" % [colour, _contrast(readable, Palette.NIGHT)]
		)
	check(Palette.readable_on_dark("red; drop") == Palette.LILAC, "a wrong colour has no fallback")


static func _contrast(a: Color, b: Color) -> float:
	return (a.srgb_to_linear().get_luminance() + 0.05) / (b.srgb_to_linear().get_luminance() + 0.05)
