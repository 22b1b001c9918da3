"""Test calls from a browser: its microphone and loudspeaker instead of a telephone.

browser ──HTTP──▶ web admin ──Unix socket──▶ service: BrowserLine ◀── run_call
         8 times a second: sound and keys one way, prompts and the end the other
"""
