"""A live Twitch channel over EventSub, with an account. frame → envelope → items, and the connection kept up."""
