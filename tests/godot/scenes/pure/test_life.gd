extends PureChecks

const FRAME := 1.0 / 60.0
const MOODS := preload("res://scenes/avatars/kit/moods.tres")
const VISEMES := preload("res://scenes/avatars/kit/visemes.tres")


func _random() -> RandomNumberGenerator:
	var random := RandomNumberGenerator.new()
	random.seed = 5
	return random


func _performer(names: Array[StringName]) -> Performer:
	var kit := Kit.new()
	var defaults := PackedFloat32Array()
	for parameter in kit.parameters():
		names.append(StringName(parameter))
		defaults.append(kit.get(parameter))
	kit.free()
	return Performer.new(names, defaults, MOODS, VISEMES, _random())


func test_a_spring_arrives_and_stays() -> void:
	var spring := Spring.tuned(16.0, 0.8)
	for _i in 60:
		spring.advance(1.0, FRAME)
	check_near(spring.position, 1.0, 0.01, "after a second")


func test_a_spring_survives_a_slow_frame() -> void:
	var spring := Spring.new(400.0, 24.0)
	for _i in 20:
		spring.advance(1.0, 2.0)
		check(absf(spring.position) < 3.0, "it is at %f" % spring.position)


func test_a_face_changes_within_a_quarter_of_a_second() -> void:
	var spring := Spring.tuned(Performer.FACE_FREQUENCY, Performer.DAMPING_RATIO)
	for _i in 15:
		spring.advance(1.0, FRAME)
	check(spring.position > 0.9, "it is at %f" % spring.position)


func test_it_blinks_a_fifth_of_a_second_now_and_then() -> void:
	var idle := IdleMotion.new(_random())
	var blinks := 0
	var shut := 0
	var was_open := true
	for _i in 60 * 120:
		idle.advance(FRAME)
		if idle.lids < 0.5:
			shut += 1
			blinks += 1 if was_open else 0
		was_open = idle.lids >= 0.5
	check(blinks >= 20 and blinks <= 65, "%d blinks in two minutes" % blinks)
	check(shut / float(blinks) <= 12.0, "lids are shut for %.1f frames" % (shut / float(blinks)))


func test_eyes_lead_the_head() -> void:
	var idle := IdleMotion.new(_random())
	idle.liveliness = 0.0
	idle.advance(FRAME)
	var before := idle.head.x
	idle.glance(Vector2(1.0, 0.0), 2.0)
	idle.advance(FRAME)
	check(idle.gaze.x == 1.0, "the eyes do not look")
	check_near(idle.head.x, before, 0.5, "the head's yaw at once")
	for _i in 60:
		idle.advance(FRAME)
	check(idle.head.x > before + 4.0, "the head did not follow")


func test_speech_owns_the_mouth_and_gives_it_back() -> void:
	var names: Array[StringName] = []
	var performer := _performer(names)
	var mo := names.find(&"mo")
	var weights := PackedFloat32Array()
	weights.resize(Visemes.NAMES.size())
	performer.express(&"surprised")
	weights[Visemes.NAMES.find(&"aa")] = 1.0
	for _i in 20:
		performer.set_visemes(weights)
		performer.advance(FRAME)
	check_near(performer.values[mo], 1.0, 0.01, "the mouth at aa")
	weights.fill(0.0)
	performer.set_visemes(weights)
	performer.advance(FRAME)
	check(performer.values[mo] < 0.05, "the mouth stays open at %f after the voice" % performer.values[mo])
	for _i in 45:
		performer.advance(FRAME)
	check(performer.values[mo] > 0.25, "the surprised mouth does not come back: %f" % performer.values[mo])


func test_joy_smiles_with_a_closed_mouth_while_nothing_is_said() -> void:
	for mood: StringName in [&"happy", &"laughing"]:
		var names: Array[StringName] = []
		var performer := _performer(names)
		performer.express(mood)
		for _i in 60:
			performer.advance(FRAME)
			check(performer.values[names.find(&"mo")] < 0.02, "%s opens the mouth" % mood)
		check(performer.values[names.find(&"ms")] > 0.9, "%s does not smile" % mood)


func test_a_mood_passes() -> void:
	var names: Array[StringName] = []
	var performer := _performer(names)
	performer.express(&"angry")
	for _i in 60:
		performer.advance(FRAME)
	check(performer.values[names.find(&"angle")] > 0.9, "it is not angry")
	for _i in 60 * 6:
		performer.advance(FRAME)
	check(performer.values[names.find(&"angle")] < 0.1, "it is still angry")


func test_unknown_moods_are_neutral() -> void:
	var names: Array[StringName] = []
	var performer := _performer(names)
	performer.express(&"bewildered by tax law")
	for _i in 60:
		performer.advance(FRAME)
	check_near(performer.values[names.find(&"angle")], 0.0, 0.01, "angle")


func test_gestures_end() -> void:
	var gestures := Gestures.new()
	check(not gestures.start(&"moonwalk"), "an unknown gesture was taken")
	check(gestures.start(&"nod") and gestures.start(&"wave"), "known gestures were refused")
	var lowest := 0.0
	var paw := 0.0
	for _i in 180:
		gestures.advance(FRAME)
		lowest = minf(lowest, gestures.head.y)
		paw = maxf(paw, gestures.paw)
	check(lowest < -6.0 and paw == 1.0, "nod %.1f, paw %.1f" % [lowest, paw])
	check(gestures.head == Vector3.ZERO and gestures.paw == 0.0, "it has not ended")
