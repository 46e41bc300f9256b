"""What a text says, however it is disguised: as somebody would see it, and as it would sound."""
