"""The control page: what the host hears, whom it chose and why, what it said, and the human's Skip, Mute and Stop."""
