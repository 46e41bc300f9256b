extends PureChecks


func test_a_frame_there_and_back() -> void:
	var wire := Wire.new()
	var header := wire.decode("x", Wire.encode({"name": "é\n", "at_ns": 5}))
	check(header["name"] == "é\n" and Wire.whole(header, "at_ns") == 5, "the header is %s" % header)


func test_a_body_is_left_alone() -> void:
	var wire := Wire.new()
	var frame := Wire.encode({"rate": 16000})
	frame.append_array(PackedByteArray([0, 255, 10, 123]))
	check(Wire.whole(wire.decode("x", frame), "rate") == 16000, "the header is lost")


func test_bad_frames_are_counted() -> void:
	var wire := Wire.new()
	for text: String in ["", "{}", "nonsense\n", "[1]\n", '{"a":\n']:
		check(wire.decode("x", text.to_utf8_buffer()).is_empty(), "%s made a header" % text)
	check(wire.bad == 5, "%d were counted" % wire.bad)


func test_fields_of_the_wrong_type_give_the_default() -> void:
	var header := {"text": 5, "number": "5", "list": {}}
	check(Wire.text(header, "text", "d") == "d", "a number is a text")
	check(Wire.number(header, "number", 2.0) == 2.0, "a text is a number")
	check(Wire.list(header, "list").is_empty(), "an object is a list")


func test_cues_wait_for_their_utterance() -> void:
	var due := DueCues.new()
	due.wait(3, {"name": "a"})
	due.wait(4, {"name": "b"})
	due.wait(4, {"name": "c"})
	check(due.due(2).is_empty(), "one came too early")
	var ready := due.due(4)
	check(ready.size() == 2 and ready[0]["name"] == "b", "they are %s" % [ready])
	check(due.due(3).is_empty(), "one of an utterance that was never heard is still there")


func test_what_waits_is_bounded() -> void:
	var due := DueCues.new()
	for i in DueCues.MAX_WAITING + 5:
		due.wait(i, {})
	check(due.dropped == 5, "%d were dropped" % due.dropped)
