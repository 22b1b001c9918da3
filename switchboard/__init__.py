"""What happens on a call, and around it: audio, recognition, dialogue, storage, commands."""

import grammar as grammar  # sees to it that no package reports home, before one is imported
