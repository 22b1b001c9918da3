"""What an addition collides with, and what a version changes, in words for whoever decides it."""

from __future__ import annotations

from grammar.additions import Collision, CollisionKind
from grammar.model import Entry

MOST_NAMED = 8
"""Entries named in one sentence; the rest are counted."""

_SENTENCES = {
    CollisionKind.ALREADY: "“{phrase}” can be said already.",
    CollisionKind.COMMAND: "Sounds like the command “{phrase}” ({similarity:.2f}).",
    CollisionKind.ERASES: (
        "The same words mean {names}: behind “can I speak to” they would mean nobody any more."
    ),
    CollisionKind.CARRIER: "“{phrase}” is a carrier phrase too, and may be taken off longer names.",
    CollisionKind.SAME_WORDS: "The same words mean {names}: callers will be asked which.",
    CollisionKind.SAME_SOUND: (
        "Sounds the same as “{phrase}”, {names}: callers will be asked which."
    ),
    CollisionKind.SOUNDS_LIKE: "Sounds like “{phrase}” ({similarity:.2f}), {names}.",
    CollisionKind.SWALLOWS: "May be taken off “{phrase}”, {names}.",
}


def told(clash: Collision) -> str:
    """One sentence: what callers will meet."""
    names = ", ".join(
        f"{entry.name} ({entry.department or entry.number or entry.key})"
        for entry in clash.entries[:MOST_NAMED]
    )
    more = len(clash.entries) - MOST_NAMED
    names += f" and {more} more" if more > 0 else ""
    return _SENTENCES[clash.kind].format(
        phrase=clash.phrase, names=names, similarity=clash.similarity
    )


def placed(entry: Entry) -> str:
    """An entry with what tells it from its namesakes, and whether it leaves."""
    remarks = [entry.department or entry.kind.value, entry.number or "no number"]
    if entry.has_left:
        remarks.append("left")
    elif entry.leaves:
        remarks.append(f"leaves {entry.leaves}")
    return f"{entry.name} ({', '.join(remarks)})"


def is_command(clash: Collision, text: str) -> bool:
    """The text is a command itself, which callers may say at any point: it can mean nothing else.

    `text` is normalised.
    """
    return clash.kind is CollisionKind.COMMAND and clash.phrase == text
