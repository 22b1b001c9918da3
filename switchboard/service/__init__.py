"""`switchboard serve`: all parts of the service started, kept going, and stopped in order."""
