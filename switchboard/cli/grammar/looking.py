"""`switchboard grammar show`, `confusable` and `coverage`."""

from __future__ import annotations

from pathlib import Path

import click

from grammar.confusable import SOUNDS_ALIKE, confusable_pairs
from grammar.coverage import Uncovered, Unreachable, coverage_gaps
from grammar.model import Entry, Grammar
from grammar.phones import to_ipa
from switchboard.cli.directory.looking import the_entry
from switchboard.cli.options import database_option, settings_option
from switchboard.errors import UserError
from switchboard.settings import Settings
from switchboard.storage.grammars import (
    current_directory,
    draft_grammar,
    published_grammar,
)
from switchboard.storage.store import open_store


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="KEY|NAME")
@database_option
@settings_option
def show(words: tuple[str, ...], *, database: str | None, settings: Settings) -> None:
    """All that can be said to reach an entry, and how it sounds.

    Shows the grammar as it would be published now; "new" marks what isn't in force yet.
    """
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    key = the_entry(current_directory(store), " ".join(words)).key
    grammar = draft_grammar(store)
    in_force = published_grammar(store)
    known = {(form.text, form.entry) for form in in_force.forms} if in_force else set()
    entry = next(entry for entry in grammar.entries if entry.key == key)
    click.echo(_heading(entry))
    for form in grammar.forms:
        if form.entry == key:
            new = "" if (form.text, key) in known else "  new"
            kind = form.kind.value.replace("_", " ")
            click.echo(f"  {form.text:<36} {kind:<14} /{to_ipa(form.phones)}/{new}")
    for pattern in _patterns(entry, grammar):
        click.echo(f"  {pattern}")


@click.command()
@click.option(
    "--at-least",
    default=SOUNDS_ALIKE,
    type=click.FloatRange(0.5, 1.0),
    show_default=True,
    metavar="S",
    help="Similarity of sound from which a pair is listed; lower lists more.",
)
@click.option("--limit", default=50, type=click.IntRange(1), show_default=True, metavar="N")
@database_option
@settings_option
def confusable(*, at_least: float, limit: int, database: str | None, settings: Settings) -> None:
    """Pairs of destinations that sound alike, the worst first."""
    pairs = confusable_pairs(
        draft_grammar(open_store(database, lock_wait_s=settings.storage.lock_wait_s)),
        at_least=at_least,
    )
    for pair in pairs[:limit]:
        same = "  same name: callers are always asked" if pair.same_words else ""
        click.echo(
            f"{pair.similarity:.2f}  {pair.first_form} ({_where(pair.first)})  ~  "
            f"{pair.second_form} ({_where(pair.second)}){same}"
        )
    click.echo(_counted(len(pairs), "pair sounds alike", "pairs sound alike", limit))


@click.command()
@click.option(
    "--vocabulary",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Compare with these words, one a line, instead of with the engine in use: lists the names "
    "that have others.",
)
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in Unreachable]),
    help="Only gaps of this kind.",
)
@database_option
@settings_option
def coverage(
    *, vocabulary: Path | None, reason: str | None, database: str | None, settings: Settings
) -> None:
    """Entries that callers can't reach by voice, or not without a question, and why.

    Out of vocabulary is who has a name that the engine in use knows no words for, nor words that
    sound like it: set how it is said with `switchboard grammar pronounce`.
    """
    # Here, because the other commands of the group need no engine's words.
    from switchboard.recognition.reach import gaps_in_reach

    words = _vocabulary(vocabulary) if vocabulary else None
    grammar = draft_grammar(open_store(database, lock_wait_s=settings.storage.lock_wait_s))
    gaps = (
        coverage_gaps(grammar, uncovered=words)
        if words
        else gaps_in_reach(grammar, settings.recognition)
    )
    chosen = [gap for gap in gaps if reason is None or gap.reason.value == reason]
    for gap in chosen:
        click.echo(
            f"{gap.reason.value.replace('_', ' '):<18} {gap.entry.name} "
            f"({_where(gap.entry)}): {gap.detail}"
        )
    click.echo(_counted(len(chosen), "gap", "gaps", None))


def _vocabulary(file: Path) -> Uncovered:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{file} can't be read as a list of words; give a UTF-8 file with one word a line."
        ) from error
    # A Kaldi symbol table has the word's number after it. Its apostrophes go the way ours do.
    words = {line.split()[0].lower() for line in lines if line.strip()}
    words |= {word.replace("'", "") for word in words}
    return lambda text: frozenset(text.split()) - words


def _heading(entry: Entry) -> str:
    remarks = [entry.job_title, entry.department, entry.number or "no number"]
    remarks += ["left"] * entry.has_left + ["ex-directory"] * entry.ex_directory
    return f"{entry.name} ({', '.join(filter(None, remarks))})"


def _where(entry: Entry) -> str:
    return ", ".join(filter(None, (entry.department or entry.kind.value, entry.number)))


def _patterns(entry: Entry, grammar: Grammar) -> list[str]:
    """What is parsed and not listed: it goes with any of the forms."""
    patterns = []
    if entry.department:
        patterns.append(f"any of these, “in” or “from” {entry.department}")
    if entry.job_title:
        patterns.append(f"any of these, “the” {entry.job_title}")
    patterns.append(
        f"any of these with {len(grammar.carriers)} carrier phrases around it, "
        "such as “can I speak to ... please”"
    )
    return patterns


def _counted(count: int, one: str, many: str, limit: int | None) -> str:
    shown = f", {limit} of them shown; see more with --limit" if limit and count > limit else ""
    return f"{count} {one if count == 1 else many}{shown}."
