"""User acceptance testing: what testers ask for, what came of it, and what that allows."""
