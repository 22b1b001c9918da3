"""The loop that learns: failed calls become gaps, gaps fixes, and fixes are judged by the calls."""
