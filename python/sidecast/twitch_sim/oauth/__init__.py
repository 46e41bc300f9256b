"""The id server: device flow, code flow, validation, refresh with rotation, revocation."""
