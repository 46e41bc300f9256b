"""Where messages and events come from: the demo's script, recorded logs; and the chat commands that the host obeys."""
