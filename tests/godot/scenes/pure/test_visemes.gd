extends PureChecks

const AA := 10
const PP := 1


func _track(segments: Array) -> VisemeTrack:
	return VisemeTrack.from_cue({"utterance": 7, "visemes": segments})


func _weights(track: VisemeTrack, seconds: float) -> PackedFloat32Array:
	var weights := PackedFloat32Array()
	weights.resize(Visemes.NAMES.size())
	track.weigh(seconds, weights)
	return weights


func _segment(viseme: String, start: float, end: float) -> Dictionary:
	return {"name": viseme, "start_s": start, "end_s": end}


func test_a_held_shape_has_all_the_weight() -> void:
	var track := _track([_segment("aa", 0.0, 1.0)])
	check(track.utterance == 7, "the utterance's number is lost")
	check_near(_weights(track, 0.5)[AA], 1.0, 1e-6, "aa in its middle")


func test_weights_always_sum_to_one() -> void:
	var track := _track([_segment("PP", 0.1, 0.2), _segment("aa", 0.2, 0.35), _segment("SS", 0.35, 0.4)])
	for step in 60:
		var sum := 0.0
		for weight in _weights(track, step * 0.01):
			sum += weight
		check_near(sum, 1.0, 1e-5, "the sum at %.2f s" % (step * 0.01))


func test_the_mouth_leads_the_sound() -> void:
	var track := _track([_segment("sil", 0.0, 0.5), _segment("aa", 0.5, 1.0)])
	check_near(_weights(track, 0.5 - VisemeTrack.LEAD_S)[AA], 0.5, 0.01, "aa by its lead before it sounds")
	check_near(_weights(track, 0.4)[AA], 0.0, 1e-6, "aa 100 ms before it sounds")


func test_lips_that_a_viewer_reads_weigh_more() -> void:
	var critical := _track([_segment("PP", 0.0, 0.1), _segment("aa", 0.1, 0.2)])
	var plain := _track([_segment("kk", 0.0, 0.1), _segment("aa", 0.1, 0.2)])
	var at := 0.1 - VisemeTrack.LEAD_S
	check_near(_weights(critical, at)[PP], 1.6 / 2.6, 0.01, "PP at the border")
	check_near(_weights(plain, at)[Visemes.NAMES.find(&"kk")], 0.5, 0.01, "kk at the border")


func test_time_may_jump_back() -> void:
	var track := _track([_segment("PP", 0.0, 0.3), _segment("aa", 0.3, 0.6), _segment("SS", 0.6, 0.9)])
	var before := _weights(track, 0.1)
	_weights(track, 2.0)
	check(_weights(track, 0.1) == before, "the weights differ after a jump")


func test_after_the_last_segment_is_silence() -> void:
	check_near(_weights(_track([_segment("aa", 0.0, 0.3)]), 1.0)[Visemes.SILENCE], 1.0, 1e-6, "silence")
	check_near(_weights(_track([]), 0.0)[Visemes.SILENCE], 1.0, 1e-6, "silence of an empty track")


func test_an_unknown_shape_is_silence() -> void:
	check_near(_weights(_track([_segment("zz", 0.0, 1.0)]), 0.5)[Visemes.SILENCE], 1.0, 1e-6, "silence")


func test_what_is_no_track_is_refused() -> void:
	check(VisemeTrack.from_cue({}) == null, "nothing made a track")
	check(VisemeTrack.from_cue({"utterance": 1, "visemes": ["aa"]}) == null, "a word made a track")
	check(_track([_segment("aa", 0.5, 0.2)]) == null, "a segment that ends before it starts made a track")
	check(_track([{"name": "aa", "start_s": "0", "end_s": 1.0}]) == null, "a text made a time")
