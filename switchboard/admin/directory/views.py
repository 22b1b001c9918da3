"""Looking people and departments up, and how each may be asked for."""

from __future__ import annotations

import io
from dataclasses import fields

from flask import abort, current_app, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from directory.changes import shown
from directory.model import Person
from directory.search import Entry, name_of
from grammar.additions import Collision, CollisionKind, alias_collisions
from grammar.building import forms_of
from grammar.confusable import WHOLE_NAMES
from grammar.errors import GrammarError
from grammar.phones import phones, to_ipa
from grammar.pronunciation import parse
from grammar.telling import is_command, told
from grammar.text import normalise
from switchboard.admin import layout
from switchboard.admin.area import Area
from switchboard.admin.audience import EDITORS, READERS
from switchboard.admin.current import actor, memory, settings, store
from switchboard.admin.directory.forms import AliasForm, PronunciationForm
from switchboard.admin.directory.hearing import Hearing
from switchboard.admin.directory.sounding import Sounding, soundings
from switchboard.storage import additions
from switchboard.storage.additions import AddedAlias
from switchboard.storage.call_records import find_calls
from switchboard.storage.changes import history
from switchboard.storage.gaps import GapFilter, find_gaps
from switchboard.storage.reviews import reviews_of

area = Area("directory", "/directory")

_SHOWN = 25
_LONGEST_QUERY = 100
_ALIKE = (CollisionKind.SAME_WORDS, CollisionKind.SAME_SOUND, CollisionKind.SOUNDS_LIKE)


@area.page("", to=READERS)
def search() -> str:
    return _found("directory/search.html")


@area.page("/search", to=READERS)
def results() -> str:
    """The results alone, for a browser that asks while somebody types."""
    return _found("directory/results.html")


@area.page("/entry/<path:key>", to=READERS)
def entry(key: str) -> str:
    found = _entry(key)
    sounds, words = _sounds(found)
    return render_template(
        "directory/entry.html",
        entry=found,
        name=name_of(found),
        person=isinstance(found, Person),
        facts=_facts(found),
        sounds=sounds,
        added=memory().directory().aliases.get(key, ()),
        alias_form=AliasForm(),
        pronunciation_form=PronunciationForm(words),
        set_here={
            word: said for word, said in additions.pronunciations(store()).items() if word in words
        },
        reviews=reviews_of(store(), key),
        calls=find_calls(store(), entry=key, limit=10),
        history=history(store(), key)[::-1],
        recorded=hearing().recorded(name_of(found), key),
        gaps=find_gaps(store(), GapFilter(meant=key), limit=10),
    )


@area.page("/alike/<path:key>", to=READERS)
def alike(key: str) -> str:
    """Whom callers may get for this entry: apart, because it looks through the whole grammar."""
    found = _entry(key)
    draft, _current = memory().draft()
    names = [form.text for form in draft.forms.get(key, ()) if form.kind in WHOLE_NAMES]
    clashes: dict[str, Collision] = {}
    for name in dict.fromkeys(names):
        for clash in alias_collisions(draft.grammar, name, key):
            if clash.kind in _ALIKE:
                clashes.setdefault(clash.phrase, clash)
    alone = "HX-Request" in request.headers
    return render_template(
        "directory/alike_list.html" if alone else "directory/alike.html",
        entry=found,
        name=name_of(found),
        sentences=[told(clash) for clash in clashes.values()],
    )


@area.page("/sound/<path:key>", to=READERS)
def sound(key: str) -> Response:
    """The entry's name as callers hear it once all that is set here is published."""
    found = _entry(key)
    return _wav(hearing().name(name_of(found), key, memory().spoken_as()))


@area.page("/tried/<path:key>", to=EDITORS)
def tried(key: str) -> Response:
    """The name with a pronunciation that isn't set (yet)."""
    found = _entry(key)
    word, spoken = (request.args.get(name, "")[:_LONGEST_QUERY] for name in ("word", "spoken"))
    said = {**memory().spoken_as(), word: parse(spoken)}
    return _wav(hearing().spoken(name_of(found) if word in _words(found) else word, said))


@area.page("/alias/add/<path:key>", to=EDITORS, methods=["POST"])
def add_alias(key: str) -> str | Response | tuple[str, int]:
    """Told what it collides with first; added when that was seen, or when there is nothing."""
    found = _entry(key)
    form = AliasForm()
    clashes: tuple[Collision, ...] = ()
    if form.validate_on_submit():
        text = normalise(form.text.data)
        try:
            clashes = alias_collisions(memory().draft()[0].grammar, form.text.data, key)
        except GrammarError as error:
            form.text.errors.append(str(error))
        else:
            if any(is_command(clash, text) for clash in clashes):
                form.text.errors.append(
                    "Callers may say this at any point as a command, so it can't mean anything else"
                )
            elif any(clash.kind is CollisionKind.ALREADY for clash in clashes):
                form.text.errors.append("This can be said already")
            elif not clashes or "seen" in request.form:
                additions.add_alias(store(), AddedAlias(key, text), actor=actor())
                layout.told(f"“{text}” means {name_of(found)} once the grammar is published.")
                return redirect(url_for("directory.entry", key=key))
    page = render_template(
        "directory/alias.html",
        form=form,
        entry=found,
        name=name_of(found),
        sentences=[told(clash) for clash in clashes],
    )
    return page, 422 if form.errors else 200


@area.page("/alias/remove/<path:key>", to=EDITORS, methods=["POST"])
def remove_alias(key: str) -> Response:
    _entry(key)
    text = request.form.get("text", "")
    if additions.remove_alias(store(), AddedAlias(key, text), actor=actor()):
        layout.told(f"“{text}” is taken back once the grammar is published.")
    return redirect(url_for("directory.entry", key=key))


@area.page("/pronunciation/<path:key>", to=EDITORS, methods=["POST"])
def pronounce(key: str) -> str | Response | tuple[str, int]:
    """How a word of the name is said, wherever it stands in the directory."""
    found = _entry(key)
    form = PronunciationForm(_sounds(found)[1])
    if form.validate_on_submit():
        word, spoken = form.word.data, form.spoken.data
        try:
            sound = parse(spoken) if spoken else None
        except GrammarError as error:
            form.spoken.errors.append(str(error))
        else:
            if sound and "hear" in request.form:
                return _pronouncing(found, form, heard=to_ipa(sound))
            additions.set_pronunciation(store(), word, spoken or None, actor=actor())
            layout.told(
                f"“{word}” is said /{to_ipa(sound)}/ once the grammar is published."
                if sound
                else f"“{word}” is said as before once the grammar is published: "
                f"/{to_ipa(phones(word))}/ by its spelling."
            )
            return redirect(url_for("directory.entry", key=key))
    return _pronouncing(found, form), 422


def hearing() -> Hearing:
    """That of the app that answers."""
    made: Hearing = current_app.extensions.setdefault("hearing", Hearing(settings().prompts))
    return made


def _found(template: str) -> str:
    query, index = _query(), memory().directory().index
    shown = layout.pages(index.find(query, 0).total, _SHOWN)
    return render_template(
        template,
        query=query,
        found=index.find(query, shown.size, shown.offset),
        pages=shown,
        # Also from the results alone, whose links lead to the whole page.
        pagination=shown.pagination("directory.search"),
    )


def _pronouncing(found: Entry, form: PronunciationForm, heard: str = "") -> str:
    """The page on which pronunciations are tried; `heard` is the one to be listened to, in IPA."""
    return render_template(
        "directory/pronunciation.html", form=form, entry=found, name=name_of(found), heard=heard
    )


def _wav(content: bytes) -> Response:
    return send_file(io.BytesIO(content), mimetype="audio/wav")


def _words(found: Entry) -> set[str]:
    return set(normalise(name_of(found)).split())


def _query() -> str:
    return request.args.get("q", "")[:_LONGEST_QUERY].strip()


def _entry(key: str) -> Entry:
    found = memory().directory().entries.get(key)
    if found is None:
        abort(404)
    return found


def _sounds(found: Entry) -> tuple[list[Sounding], list[str]]:
    """How the entry may be said, and the words of which that is made."""
    kept = memory().directory()
    forms = forms_of(
        found,
        kept.unique,
        aliases=kept.aliases.get(found.key, ()),
        spoken_as=memory().spoken_as(),
    )
    published = memory().published()
    in_force = published.forms.get(found.key, ()) if published else ()
    words = sorted({word for form in forms for word in form.text.split() if len(word) > 1})
    return soundings(forms, in_force), words


def _facts(found: Entry) -> list[tuple[str, str]]:
    """What the directory has about it; what it doesn't know is left out."""
    told_of = []
    for field in fields(found):
        text = shown(getattr(found, field.name)) if field.init else ""
        if text and text != "no":
            told_of.append((field.name.replace("_", " ").capitalize(), text))
    return told_of
