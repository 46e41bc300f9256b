"""Other sounds get quieter while the host speaks, and are put back whatever happens.

Each source that the streamer has named gets a gain filter of ours, `Sidecast ducking`. The fader stays theirs: what they, a rule
or OBS's own hotkeys do with it holds, before and after. And nothing has to be remembered on this side: wherever a filter of that
name is found, after a crash of Sidecast, after OBS was killed and has loaded its scenes again, in another collection of scenes,
it is ours, and is taken away.
"""
