"""Vosk: a closed phrase set compiled into a derived model, with a free decode beside it."""
