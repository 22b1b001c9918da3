"""Audio in: files and the microphone, speech activity, and where an utterance ends."""
