"""What happens on a call, and around it: audio, recognition, dialogue, storage, commands."""
