"""Simulated callers: every entry spoken by several voices through a telephone line, before any
person is asked."""
