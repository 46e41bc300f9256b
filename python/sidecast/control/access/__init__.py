"""Who may: accounts, log-ins, sessions, roles, keys."""
