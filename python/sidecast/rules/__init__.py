"""The streamer's rules: when this happens, and things stand so, then do that."""
