"""Twitch chat's server side as IRC clients see it: a connection's talk, the lines that tell of events, and the sockets."""
