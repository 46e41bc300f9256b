"""Twitch on one port of this machine: EventSub, Helix, the id server and chat over IRC, with every fault that Twitch has.

For rehearsals and for tests. `world/` is what happens; `eventsub/`, `helix/`, `oauth/` and `irc/` tell of it and act on it.
"""
