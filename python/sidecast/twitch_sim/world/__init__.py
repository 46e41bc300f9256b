"""Accounts, channels, and what happens in them."""
