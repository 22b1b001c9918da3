"""Doubts that imports leave to a person: duplicates, odd numbers, lost letters."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from directory.outcome import ReviewKind, Verdict
from switchboard.admin.area import Area
from switchboard.admin.audience import EDITORS, READERS
from switchboard.admin.current import actor, memory, store
from switchboard.admin.directory.deciding import verdicts_sent
from switchboard.admin.layout import pages, told
from switchboard.storage.deciding import decide as decide_them
from switchboard.storage.reviews import open_counts, open_reviews

area = Area("reviews", "/reviews")


@area.page("", to=READERS)
def overview() -> str:
    kinds = open_counts(store())
    asked = request.args.get("kind", "")
    kind = ReviewKind(asked) if asked in set(ReviewKind) else None
    shown = pages(sum(kinds.values()) if kind is None else kinds.get(kind, 0), 20)
    some = open_reviews(store(), kind, limit=shown.size, offset=shown.offset)
    return render_template(
        "directory/reviews.html",
        items=[each.item for each in some],
        kinds=kinds,
        kind=kind or "",
        pages=shown,
        entries=memory().directory().entries,
    )


@area.page("/decide", to=EDITORS, methods=["POST"])
def decide() -> Response:
    """Accepting changes the directory at once; a later import doesn't ask again."""
    made = verdicts_sent([each.item for each in open_reviews(store())])
    changed = 0
    for verdict in Verdict:
        if keys := [key for key, chosen in made.items() if chosen is verdict]:
            changed += len(decide_them(store(), keys, verdict, actor=actor()).changes)
    told(f"{len(made):,} decided; {changed:,} entries changed.")
    return redirect(url_for("reviews.overview", kind=request.args.get("kind", "")))
