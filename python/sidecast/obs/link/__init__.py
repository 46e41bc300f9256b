"""The connection to OBS: found, made, made again for ever. `connection.ObsLink` is what others get, as `flow.obs.ObsApi`.

Two WebSockets of obs-websocket's protocol 5, each with a thread of its own (`live.py`): one asks, one request at a time, one is
told events. A connection on which anything went wrong is not used again, so that no answer is ever taken for another's.
"""
