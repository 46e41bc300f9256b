"""The two gates: what is let in from the chat, and what the host may say."""
