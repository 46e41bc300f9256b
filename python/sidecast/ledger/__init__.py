"""What happened and why: one line a turn in SQLite, personal fields sealed, one writer. Loses nothing that it acknowledged."""
