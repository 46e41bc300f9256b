"""Audience: what a message means, whom to answer, and when the host may speak."""
