"""What to say of a file that a command was to write and can't."""

from __future__ import annotations

from pathlib import Path

from switchboard.errors import UserError


def unwritable(file: Path, error: OSError, option: str = "") -> UserError:
    """`option` is the one that names the file, "" for an argument."""
    where = f" in {option}" if option else ""
    return UserError(f"{file} can't be written ({error.strerror}); name another file{where}.")
