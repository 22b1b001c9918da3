"""What the switchboard says: recordings where there are any, else a synthesised voice."""
