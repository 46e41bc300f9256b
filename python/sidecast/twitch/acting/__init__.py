"""Doing something at Twitch: only where it was granted, never because of what chat or a model wrote."""
