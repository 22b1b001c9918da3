"""The data-protection notice: what the settings in force keep of callers, why, and how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from switchboard.settings import Settings


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of data: a row of the notice's table."""

    what: str
    why: str
    how_long: str
    who_sees_it: str


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    paragraphs: tuple[str, ...] = ()
    table: tuple[Kept, ...] = ()


def privacy_notice(settings: Settings) -> tuple[Section, ...]:
    """The notice for these settings: for callers, staff, and who answers for data protection."""
    organisation = settings.prompts.organisation
    about = (
        f"{organisation} answers calls with a switchboard that understands speech. It runs on the "
        "organisation's own machines; what callers say is recognised there, and nothing is sent "
        "to anybody else."
    )
    expiry = (
        "What has expired is deleted every night, numbers every hour, and its place in the "
        "database overwritten or given free to be overwritten. Copies made of the database "
        "(backups) are outside the switchboard: they must expire, too."
    )
    spool = (
        "While the database can't be written to, records wait on the machine's disk, readable by "
        "the switchboard alone, and are deleted there once they are stored."
    )
    asking = (
        "All records of calls from one number can be deleted by that number, with `switchboard "
        "purge --caller NUMBER`. Calls with a withheld number can't be told to be anybody's."
    )
    return (
        Section("What this is about", (about,)),
        Section("What is kept", (), tuple(_kept(settings))),
        Section("Callers' numbers", tuple(_numbers(settings))),
        Section("The sound of calls", tuple(_sound(settings))),
        Section("How it is deleted", (expiry, spool)),
        Section("When a caller asks to be forgotten", (asking,)),
    )


def as_markdown(sections: tuple[Section, ...]) -> str:
    """The notice as Markdown, ending in a line break."""
    return "\n".join(_lines(sections)) + "\n"


def _kept(settings: Settings) -> Iterator[Kept]:
    privacy = settings.privacy
    record = _days(privacy.record_days)
    staff = "Operators and administrators of the switchboard"
    yield Kept(
        "The record of a call: when it came and which number it dialled, from inside or outside, "
        "what was heard, as text, whom it was offered, where it was put through, and how it ended",
        "So that the operator who takes over knows what was said already; to find names that the "
        "switchboard doesn't understand; to count calls",
        record,
        staff,
    )
    yield Kept(
        "What an operator or a tester said that the caller wanted",
        "To teach the switchboard, and to measure it",
        f"{record}, with the record of the call",
        staff,
    )
    yield Kept(
        "The sound of what callers say",
        "To find out why a call failed, and to try a new grammar on real calls"
        if privacy.keep_audio
        else "It is needed only while it is recognised",
        f"{_days(min(privacy.audio_days, privacy.record_days))}"
        if privacy.keep_audio
        else "Not kept",
        staff if privacy.keep_audio else "Nobody",
    )
    yield Kept(
        "The caller's number",
        "So that operators can call back"
        if privacy.keep_numbers or privacy.number_hours
        else "It is needed only while the call begins",
        _number_kept(settings),
        staff if privacy.keep_numbers or privacy.number_hours else "Nobody",
    )
    yield Kept(
        "A hash of the caller's number",
        "To notice that a caller who was put through wrongly is back, and to count callers",
        f"{record}, with the record of the call",
        "Nobody: the switchboard compares it",
    )
    yield Kept(
        "The directory of staff and departments, its changes, and the grammars made of it",
        "So that people can be reached by name; so that a change can be understood and undone",
        "As long as the switchboard is used, those who left included",
        staff,
    )
    personal = settings.log.personal
    yield Kept(
        "The technical log",
        "To find faults",
        "As long as the machine's own logs",
        "Who looks after the machine. It holds names, numbers and what was heard, because "
        "[log] personal is switched on"
        if personal
        else "Who looks after the machine. It holds no names, no numbers, nothing that was said",
    )


def _number_kept(settings: Settings) -> str:
    privacy = settings.privacy
    if privacy.keep_numbers:
        return f"{_days(privacy.record_days)}, with the record of the call"
    if privacy.number_hours:
        return _hours(privacy.number_hours)
    return "Not kept"


def _numbers(settings: Settings) -> Iterator[str]:
    privacy = settings.privacy
    if privacy.keep_numbers:
        yield "Callers' numbers are kept as they are, with the record of the call."
    elif privacy.number_hours:
        yield (
            "A caller's number is shown to operators for "
            f"{_hours(privacy.number_hours)}, and deleted in the hour that follows."
        )
    else:
        yield "Callers' numbers are not kept."
    yield (
        "What stays is a hash: HMAC-SHA256 of the number under a key that was made at random for "
        "this organisation and is stored nowhere else. The same number gives the same hash, so "
        "that two calls can be told to come from one caller. Nobody without the key can get back "
        "to the number; who has the key and the database can try numbers out, so both are guarded "
        "as personal data. When the key is deleted, the hashes are anonymous."
    )


def _sound(settings: Settings) -> Iterator[str]:
    privacy = settings.privacy
    if privacy.keep_audio:
        days = _days(min(privacy.audio_days, privacy.record_days))
        yield (
            f"What callers say is recorded, turn by turn, and deleted after {days}. The call "
            "after it was put through is never recorded."
        )
    else:
        yield (
            "What callers say is held in memory until it is understood, and is not recorded. The "
            "call after it was put through is never listened to."
        )


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _hours(hours: int) -> str:
    return "1 hour" if hours == 1 else f"{hours} hours"


def _lines(sections: tuple[Section, ...]) -> Iterator[str]:
    yield "# Data protection: calls to the switchboard"
    yield ""
    for section in sections:
        yield f"## {section.title}"
        yield ""
        for paragraph in section.paragraphs:
            yield paragraph
            yield ""
        if section.table:
            yield "| What | Why | How long | Who sees it |"
            yield "|---|---|---|---|"
            for kept in section.table:
                yield f"| {kept.what} | {kept.why} | {kept.how_long} | {kept.who_sees_it} |"
            yield ""
