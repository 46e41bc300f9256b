@tool
class_name Visemes
## The mouth shapes that cross the wire, and their order in every array of weights.

const NAMES: Array[StringName] = [
	&"sil", &"PP", &"FF", &"TH", &"DD", &"L", &"kk", &"CH", &"SS", &"RR", &"aa", &"E", &"ih", &"oh", &"ou"
]
const SILENCE := 0


## Place of a shape in `NAMES`; an unknown shape is taken for silence.
static func index_of(viseme: String) -> int:
	return maxi(NAMES.find(StringName(viseme)), SILENCE)
