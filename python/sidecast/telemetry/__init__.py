"""What operators see: metrics and logs. Neither ever holds viewer text."""
