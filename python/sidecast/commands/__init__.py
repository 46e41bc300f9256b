"""What `./sidecast` can do beside running a show: backup, restore, vault, key, certificate, the simulated Twitch."""
