"""Twitch: whose accounts are logged in, what they allow, and Helix in their names."""
