"""What callers say that the grammar lacks: which kind of gap it is, and what would close it."""
