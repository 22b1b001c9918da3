"""The audit log: who did what, when, with before and after; filtered, in pages, and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from flask import Response, render_template, request

from directory.export import safe_cell
from switchboard.admin.area import Area
from switchboard.admin.audience import EDITORS
from switchboard.admin.current import actor, store
from switchboard.admin.layout import pages
from switchboard.storage import audit
from switchboard.storage.audit import AuditEntry, AuditFilter
from switchboard.storage.store import Store

area = Area("audit", "/audit")

_CHUNK = 1000
"""Entries read at once for the CSV."""
_COLUMNS = ("when", "who", "role", "address", "what", "to", "name", "before", "after")


@area.page("", to=EDITORS)
def overview() -> str:
    chosen, fault = _chosen()
    actors, actions = audit.actors_and_actions(store())
    page = pages(audit.count(store(), chosen))
    return render_template(
        "audit/overview.html",
        entries=audit.entries(store(), chosen, limit=page.size, offset=page.offset),
        pages=page,
        actors=actors,
        actions=actions,
        chosen=chosen,
        fault=fault,
    )


@area.page("/audit.csv", to=EDITORS)
def as_csv() -> Response:
    """What the filters choose, all of it, the newest first."""
    chosen, _fault = _chosen()
    audit.note(store(), "audit log taken out", actor=actor())
    return Response(
        _lines(store(), chosen),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=audit.csv"},
    )


def _lines(kept: Store, chosen: AuditFilter) -> Iterator[str]:
    yield "\ufeff" + _csv([_COLUMNS])
    offset = 0
    # The newest first, so entries added meanwhile would shift the rest: stop them at a moment.
    until = chosen.until or datetime.now().astimezone()
    chosen = AuditFilter(chosen.actor, chosen.action, chosen.subject, chosen.since, until)
    while entries := audit.entries(kept, chosen, limit=_CHUNK, offset=offset):
        yield _csv(map(_row, entries))
        offset += len(entries)


def _csv(rows: object) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


def _row(entry: AuditEntry) -> tuple[str, ...]:
    return tuple(
        map(
            safe_cell,
            (
                entry.at.isoformat(timespec="seconds"),
                entry.actor,
                entry.role,
                entry.address,
                entry.action,
                entry.subject,
                entry.name,
                json.dumps(entry.before, ensure_ascii=False) if entry.before else "",
                json.dumps(entry.after, ensure_ascii=False) if entry.after else "",
            ),
        )
    )


def _chosen() -> tuple[AuditFilter, str]:
    """The filters of the address, and what is wrong with them."""
    fault = ""
    days: dict[str, datetime | None] = {"since": None, "until": None}
    for name in days:
        if text := request.args.get(name, ""):
            try:
                days[name] = datetime.combine(date.fromisoformat(text), time()).astimezone()
            except ValueError:
                fault = "A day is written as 2026-12-24; days that are not were left out."
    until = days["until"]
    chosen = AuditFilter(
        actor=request.args.get("actor", ""),
        action=request.args.get("action", ""),
        subject=request.args.get("subject", ""),
        since=days["since"],
        # The last day is included.
        until=until + timedelta(days=1) if until else None,
    )
    return chosen, fault
