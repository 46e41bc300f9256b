"""Scenario files: what happens at a rehearsal, and when. Read and checked, laid out in time, played."""
