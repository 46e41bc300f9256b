"""A live Twitch channel over IRC, read only and without an account. bytes → lines → items, and the connection kept up."""
