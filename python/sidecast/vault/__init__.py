"""Secrets and viewers' keys. For now a key file behind the interface; the operating system's keyring comes in its place."""
