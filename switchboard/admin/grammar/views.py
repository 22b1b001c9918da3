"""What callers may say: the draft beside what is in force, publishing, and going back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from grammar.additions import Collision, CollisionKind, carrier_collisions
from grammar.coverage import Unreachable
from grammar.errors import GrammarError
from grammar.model import CarrierPhrase, EntryKind, Grammar
from grammar.phones import to_ipa
from grammar.phrases import carrier
from grammar.pronunciation import parse
from grammar.telling import is_command, placed, told
from grammar.versions import Difference
from switchboard.admin import layout
from switchboard.admin.area import Area
from switchboard.admin.audience import EDITORS, READERS
from switchboard.admin.current import actor, memory, store
from switchboard.admin.grammar.forms import CarrierForm, PublishForm, RollbackForm
from switchboard.admin.layout import pages
from switchboard.errors import UserError
from switchboard.gaps.publishing import NotReplayedError, publish_checked, roll_back
from switchboard.storage import additions, publishing

area = Area("grammar", "/grammar")

_LISTED = 20


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of change: its first lines, and how many there are."""

    title: str
    lines: tuple[str, ...]
    total: int


@area.page("", to=READERS)
def overview() -> str:
    draft, current = memory().draft()
    published = memory().published()
    changes = memory().changes(published.grammar, draft.grammar) if published else None
    return render_template(
        "grammar/overview.html",
        draft=draft.grammar,
        current=current,
        published=published.grammar if published else None,
        groups=_groups(changes, published.grammar, draft.grammar) if published and changes else [],
        kinds=Counter(entry.kind for entry in draft.grammar.entries if not entry.has_left),
        person=EntryKind.PERSON,
        department=EntryKind.DEPARTMENT,
        form=PublishForm(),
    )


@area.page("/publish", to=EDITORS, methods=["POST"])
def publish() -> Response:
    form = PublishForm()
    if not form.validate_on_submit():
        abort(400)
    draft, current = memory().draft()
    if not current or request.form.get("version") != draft.grammar.version:
        layout.told(
            "The draft has changed since this page was made; look at it again, and publish then.",
            success=False,
        )
        return redirect(url_for("grammar.overview"))
    try:
        publish_checked(store(), draft.grammar, actor=actor(), reason=form.reason.data or "")
    except NotReplayedError:
        layout.told("Replay stored calls first, to see that none breaks.", success=False)
        return redirect(url_for("drafts.overview"))
    except UserError as error:
        layout.told(str(error), success=False)
        return redirect(url_for("drafts.overview"))
    layout.told(f"{draft.grammar.version} is in force.")
    return redirect(url_for("grammar.overview"))


@area.page("/versions", to=READERS)
def versions() -> str:
    return _versions(RollbackForm())


@area.page("/versions/<version>/rollback", to=EDITORS, methods=["POST"])
def rollback(version: str) -> str | Response | tuple[str, int]:
    form = RollbackForm()
    if form.validate_on_submit():
        roll_back(store(), version, actor=actor(), reason=form.reason.data)
        layout.told(f"{version} is in force again.")
        return redirect(url_for("grammar.versions"))
    return _versions(form), 422


@area.page("/coverage", to=READERS)
def coverage() -> str:
    """Who can't be reached by voice, or not without a question."""
    gaps = memory().draft_gaps(memory().draft()[0].grammar)
    if gaps is None:
        return render_template("grammar/working.html", title="Who can’t be reached by voice")
    reason = request.args.get("reason", "")
    chosen = [gap for gap in gaps if reason in {"", gap.reason}]
    shown = pages(len(chosen))
    return render_template(
        "grammar/coverage.html",
        gaps=chosen[shown.offset : shown.offset + shown.size],
        kinds=Counter(gap.reason for gap in gaps),
        reason=reason if reason in set(Unreachable) else "",
        pages=shown,
    )


@area.page("/confusable", to=READERS)
def confusable() -> str:
    """Pairs of destinations that sound alike, the worst first."""
    pairs = memory().pairs(memory().draft()[0].grammar)
    if pairs is None:
        return render_template("grammar/working.html", title="Who sounds alike")
    shown = pages(len(pairs))
    return render_template(
        "grammar/confusable.html",
        pairs=pairs[shown.offset : shown.offset + shown.size],
        pages=shown,
    )


@area.page("/phrases", to=READERS)
def phrases() -> str:
    """What was added by hand: phrases around names, and how words are said."""
    return _phrases(CarrierForm(position="before"))


@area.page("/phrases/add", to=EDITORS, methods=["POST"])
def add_phrase() -> str | Response | tuple[str, int]:
    form = CarrierForm()
    clashes: tuple[Collision, ...] = ()
    if form.validate_on_submit():
        try:
            phrase = carrier(form.text.data, form.position.data)
            draft = memory().draft()[0].grammar
            clashes = carrier_collisions(draft, phrase.text, phrase.position)
        except GrammarError as error:
            form.text.errors.append(str(error))
        else:
            if any(is_command(clash, phrase.text) for clash in clashes):
                form.text.errors.append("This is a command, so it can't be anything else")
            elif any(clash.kind is CollisionKind.ALREADY for clash in clashes):
                form.text.errors.append("This can be said already")
            elif not clashes or "seen" in request.form:
                additions.add_carrier(store(), phrase, actor=actor())
                layout.told(f"“{phrase.text}” may be said once the grammar is published.")
                return redirect(url_for("grammar.phrases"))
    return _phrases(form, clashes), 422 if form.errors else 200


@area.page("/phrases/remove", to=EDITORS, methods=["POST"])
def remove_phrase() -> Response:
    phrase = CarrierPhrase(request.form.get("text", ""), request.form.get("position", ""))
    if additions.remove_carrier(store(), phrase, actor=actor()):
        layout.told(f"“{phrase.text}” is taken back once the grammar is published.")
    return redirect(url_for("grammar.phrases"))


@area.page("/pronunciations/remove", to=EDITORS, methods=["POST"])
def remove_pronunciation() -> Response:
    word = request.form.get("word", "")
    if word in additions.pronunciations(store()):
        additions.set_pronunciation(store(), word, None, actor=actor())
        layout.told(f"“{word}” is said as before once the grammar is published.")
    return redirect(url_for("grammar.phrases"))


def _versions(form: RollbackForm) -> str:
    return render_template(
        "grammar/versions.html",
        history=publishing.publications(store())[::-1],
        earlier=publishing.earlier_versions(store()),
        form=form,
    )


def _phrases(form: CarrierForm, clashes: tuple[Collision, ...] = ()) -> str:
    set_here = additions.pronunciations(store()).items()
    return render_template(
        "grammar/phrases.html",
        form=form,
        sentences=[told(clash) for clash in clashes],
        carriers=additions.carriers(store()),
        pronunciations=[(word, said, to_ipa(parse(said))) for word, said in set_here],
    )


def _groups(changes: Difference, before: Grammar, after: Grammar) -> list[Group]:
    names = {entry.key: entry.name for entry in (*before.entries, *after.entries)}
    groups = (
        ("Entries added", [placed(entry) for entry in changes.entries_added]),
        ("Entries removed", [placed(entry) for entry in changes.entries_removed]),
        (
            "Entries changed",
            [f"{placed(old)} → {placed(new)}" for old, new in changes.entries_changed],
        ),
        ("Can be said", [f"{form.text} ({names[form.entry]})" for form in changes.forms_added]),
        (
            "Can be said no more",
            [f"{form.text} ({names[form.entry]})" for form in changes.forms_removed],
        ),
        ("Phrases added", [f"{each.text} ({each.position})" for each in changes.carriers_added]),
        (
            "Phrases removed",
            [f"{each.text} ({each.position})" for each in changes.carriers_removed],
        ),
        (
            "Pronunciations",
            [
                f"{word}: {_ipa(old)} → {_ipa(new)}"
                for word, old, new in changes.pronunciations_changed
            ],
        ),
    )
    return [Group(title, tuple(lines[:_LISTED]), len(lines)) for title, lines in groups if lines]


def _ipa(sound: str) -> str:
    return f"/{to_ipa(sound)}/" if sound else "by its spelling"
