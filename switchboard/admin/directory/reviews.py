"""Doubts that imports leave to a person: duplicates, odd numbers, lost letters."""

from __future__ import annotations

from collections import Counter

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from directory.outcome import ReviewKind, Verdict
from switchboard.admin.area import Area
from switchboard.admin.audience import EDITORS, READERS
from switchboard.admin.current import actor, memory, store
from switchboard.admin.directory.deciding import verdicts_sent
from switchboard.admin.layout import pages, told
from switchboard.storage.deciding import decide as decide_them
from switchboard.storage.reviews import Review, reviews

area = Area("reviews", "/reviews")


@area.page("", to=READERS)
def overview() -> str:
    still_open = _open()
    kind = request.args.get("kind", "")
    chosen = [each.item for each in still_open if kind in {"", each.item.kind}]
    shown = pages(len(chosen), 20)
    return render_template(
        "directory/reviews.html",
        items=chosen[shown.offset : shown.offset + shown.size],
        kinds=Counter(each.item.kind for each in still_open),
        kind=kind if kind in set(ReviewKind) else "",
        pages=shown,
        entries=memory().directory().entries,
    )


@area.page("/decide", to=EDITORS, methods=["POST"])
def decide() -> Response:
    """Accepting changes the directory at once; a later import doesn't ask again."""
    made = verdicts_sent([each.item for each in _open()])
    changed = 0
    for verdict in Verdict:
        if keys := [key for key, chosen in made.items() if chosen is verdict]:
            changed += len(decide_them(store(), keys, verdict, actor=actor()).changes)
    told(f"{len(made):,} decided; {changed:,} entries changed.")
    return redirect(url_for("reviews.overview", kind=request.args.get("kind", "")))


def _open() -> list[Review]:
    return [each for each in reviews(store()) if each.verdict is None]
