"""The overlays: web pages for OBS's browser sources that show what the app's window shows beside the avatar, and alerts."""
