"""What those who direct the show see of it while it is on, and what they order."""
