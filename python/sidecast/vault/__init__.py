"""Secrets and viewers' keys under one master key, which the OS keyring, a passphrase or a key file holds.

`vault.py` seals, `opening.py` finds the master key, `changing.py` moves it, rotates it and writes it down as recovery words.
"""
