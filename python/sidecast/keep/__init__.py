"""Backups: everything in one encrypted file while the show runs, and back again without ever half of it."""
