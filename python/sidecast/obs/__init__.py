"""OBS at the co-host's hands: the connection, what goes on there, the set-up, and what is done in it."""
