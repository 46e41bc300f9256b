"""Twitch's web interface: what may be asked and done with a token."""
