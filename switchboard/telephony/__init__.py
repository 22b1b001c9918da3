"""Telephone calls: the port, and SIP behind it."""
