"""The embedded engine: the packaged Whisper tiny.en, decoded against the directory."""
