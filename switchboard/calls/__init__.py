"""One call from ring to end, and its record: dialogue, line, ears and voice put together."""
