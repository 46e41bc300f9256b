"""What a clause sounds like in the voice that speaks it: phonemes of its words, compared with those of forbidden words."""
