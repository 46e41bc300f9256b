"""What the control room asks of several rooms at once. Rooms know nothing of each other; these know them, as the show does."""
