"""Trains the safety gate's small classifiers from licensed data and our own contrast pairs. See README.md."""
