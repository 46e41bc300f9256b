"""Listening to OBS: what is on the programme, what plays, whether the streamer speaks."""
