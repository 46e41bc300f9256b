class_name PlainText
## Viewer text made safe to draw: no control characters, nothing that reorders its surroundings,
## no towers of accents, no walls of text.

const MAX_NAME := 40
const MAX_CARD := 300
const MAX_WORD := 80
const MAX_STACKED_MARKS := 2
const ELLIPSIS := "…"


## One line of at most `most` characters.
static func line(text: String, most: int) -> String:
	var clean := PackedStringArray()
	var stacked := 0
	var length := 0
	for i in text.length():
		var code := text.unicode_at(i)
		if _is_mark(code):
			stacked += 1
			if stacked > MAX_STACKED_MARKS:
				continue
		else:
			stacked = 0
		if length >= most:
			clean.append(ELLIPSIS)
			break
		clean.append(" " if _is_space(code) else "" if _is_forbidden(code) else String.chr(code))
		length += 1
	return " ".join("".join(clean).split(" ", false))


static func _is_space(code: int) -> bool:
	return code in [0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x2028, 0x2029, 0x3000]


static func _is_forbidden(code: int) -> bool:
	return (
		code < 0x20
		or (code >= 0x7F and code < 0xA0)
		or (code >= 0x202A and code <= 0x202E)
		or (code >= 0x2060 and code <= 0x206F)
		or code in [0x061C, 0x200B, 0x200E, 0x200F, 0xFEFF, 0xFFFC]
		or (code >= 0xE000 and code <= 0xF8FF)
	)


## Combining marks that can be piled up; the joiner and the variation selectors of emoji are not among them.
static func _is_mark(code: int) -> bool:
	return (
		(code >= 0x0300 and code <= 0x036F)
		or (code >= 0x0483 and code <= 0x0489)
		or (code >= 0x1AB0 and code <= 0x1AFF)
		or (code >= 0x1DC0 and code <= 0x1DFF)
		or (code >= 0x20D0 and code <= 0x20FF)
	)
