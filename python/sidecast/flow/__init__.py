"""The vocabulary: every type that flows, one file a domain. Imports nothing of the rooms."""
