"""Adapts the packaged Whisper model to names said on the telephone: see benchmarks/README.md."""
