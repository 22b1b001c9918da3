"""Importing a directory: upload, columns, preview, doubts, apply; and taking it back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from directory.errors import DirectoryError
from directory.headings import DEPARTMENTS, PEOPLE
from directory.outcome import Verdict
from directory.summary import summary_of
from switchboard.admin.area import Area
from switchboard.admin.audience import EDITORS, READERS
from switchboard.admin.current import actor, context, settings, store, user
from switchboard.admin.directory.deciding import verdicts_sent
from switchboard.admin.directory.forms import UploadForm
from switchboard.admin.directory.preparing import Preparation, columns_of, mapping_of, tables_of
from switchboard.admin.layout import pages, told
from switchboard.storage import import_drafts
from switchboard.storage.deciding import decide
from switchboard.storage.directories import load_snapshot
from switchboard.storage.import_drafts import ImportDraft
from switchboard.storage.import_summaries import changes_of, import_summary
from switchboard.storage.import_undo import can_be_undone, undo_last
from switchboard.storage.imports import apply_import, import_of, imports, source_of_bytes
from switchboard.storage.reviews import open_reviews

area = Area("imports", "/imports")

_CHANGES_SHOWN = 50
_REALLY_LEFT = "really-left"


@area.page("", to=READERS)
def overview() -> str:
    return render_template(
        "directory/imports.html",
        imports=imports(store()),
        undoable=can_be_undone(store()),
        left=import_drafts.drafts_of(store(), user().id),
    )


@area.page("/new", to=EDITORS, methods=["GET", "POST"])
def upload() -> str | Response:
    form = UploadForm()
    if form.validate_on_submit():
        people, departments = _file(form.people.data), _file(form.departments.data)
        if people is None:
            abort(400)
        draft = import_drafts.begin_draft(store(), user().id, people, departments)
        return redirect(url_for("imports.columns", draft=draft))
    return render_template("directory/upload.html", form=form)


@area.page("/prepare/<draft>/columns", to=EDITORS, methods=["GET", "POST"])
def columns(draft: str) -> str | Response | tuple[str, int]:
    """Which column holds what: as recognised, or as somebody says."""
    found = _draft(draft)
    fault, tables = "", []
    try:
        tables = _tables(found, {})
        if request.method == "POST":
            mapping: dict[str, str] = {}
            for name, _source, own in tables:
                chosen = {
                    column.index: request.form.get(f"{name}-{column.index}", column.field)
                    for column in own
                }
                mapping |= mapping_of(own, chosen)
            _tables(found, mapping)  # refused here, where it can be mended
            import_drafts.set_mapping(store(), draft, mapping)
            return redirect(url_for("imports.preview", draft=draft))
        tables = _tables(found, found.mapping)
    except DirectoryError as error:
        fault = str(error)
    page = render_template(
        "directory/columns.html",
        draft=found,
        tables=tables,
        fields={"people": sorted(PEOPLE), "departments": sorted(DEPARTMENTS)},
        fault=fault,
    )
    return page, 422 if fault else 200


@area.page("/prepare/<draft>", to=EDITORS)
def preview(draft: str) -> str:
    """What the import would do, before it does anything."""
    found = _draft(draft)
    preparation = _prepared(found)
    outcome = preparation.outcome
    if outcome is None:
        return render_template("directory/preparing.html", draft=found, preparation=preparation)
    shown = pages(len(outcome.reviews), 20)
    return render_template(
        "directory/preview.html",
        draft=found,
        summary=summary_of(outcome),
        unusual=preparation.unusual,
        conflicts=outcome.conflicts,
        changes=outcome.changes[:_CHANGES_SHOWN],
        items=outcome.reviews[shown.offset : shown.offset + shown.size],
        verdicts=found.verdicts,
        kinds=Counter(item.kind for item in outcome.reviews),
        pages=shown,
    )


@area.page("/prepare/<draft>/decide", to=EDITORS, methods=["POST"])
def decide_doubts(draft: str) -> Response:
    """Keep the verdicts on the doubts of the page, or of a whole kind; carried out on applying."""
    found = _draft(draft)
    outcome = _prepared(found).outcome
    if outcome is not None:
        made = {**found.verdicts, **verdicts_sent(outcome.reviews)}
        import_drafts.set_verdicts(store(), draft, made)
        told(f"{len(made):,} of {len(outcome.reviews):,} decided.")
    return redirect(url_for("imports.preview", draft=draft, page=request.args.get("page", 1)))


@area.page("/prepare/<draft>/apply", to=EDITORS, methods=["POST"])
def apply(draft: str) -> Response:
    found = _draft(draft)
    preparation = _prepared(found)
    if preparation.outcome is None:
        return redirect(url_for("imports.preview", draft=draft))
    if preparation.unusual and _REALLY_LEFT not in request.form:
        told("Nothing was imported: say first that they have really left.", success=False)
        return redirect(url_for("imports.preview", draft=draft))
    source = source_of_bytes(
        found.file_name, found.content, found.departments_file, found.departments_content
    )
    record = apply_import(
        store(),
        preparation.outcome,
        replace(source, actor=actor()),
        revision=preparation.revision,
        cleansings_kept=settings().storage.imports_kept,
    )
    still_open = {each.item.key for each in open_reviews(store())}
    for verdict in Verdict:
        keys = [key for key, made in found.verdicts.items() if made is verdict]
        if chosen := [key for key in keys if key in still_open]:
            decide(store(), chosen, verdict, actor=actor())
    import_drafts.drop_draft(store(), draft)
    told("The directory is imported. Callers get it once the grammar is published.")
    return redirect(url_for("imports.report", number=record.id))


@area.page("/prepare/<draft>/discard", to=EDITORS, methods=["POST"])
def discard(draft: str) -> Response:
    _draft(draft)
    import_drafts.drop_draft(store(), draft)
    told("Nothing was imported, and the file is deleted.")
    return redirect(url_for("imports.overview"))


@area.page("/<int:number>", to=READERS)
def report(number: int) -> str:
    """What an import found and changed."""
    record, summary = import_of(store(), number), import_summary(store(), number)
    if record is None or summary is None:
        abort(404)
    shown = pages(summary.change_total, 100)
    return render_template(
        "directory/report.html",
        record=record,
        summary=summary,
        changes=changes_of(store(), number, limit=shown.size, offset=shown.offset),
        pages=shown,
        undoable=can_be_undone(store()) == number,
    )


@area.page("/<int:number>/undo", to=EDITORS, methods=["POST"])
def undo(number: int) -> Response:
    changes = undo_last(store(), number, actor=actor())
    told(f"Import {number} is taken back: {len(changes):,} entries are as they were.")
    return redirect(url_for("imports.overview"))


def _draft(draft: str) -> ImportDraft:
    found = import_drafts.load_draft(store(), draft)
    if found is None:
        abort(404)
    return found


def _prepared(draft: ImportDraft) -> Preparation:
    # A leaving date is a day where the person works, so the machine's own day counts.
    today = context().now().astimezone().date()
    return context().preparations.of(draft, load_snapshot(store()), today)


def _file(uploaded: Any) -> tuple[str, bytes] | None:
    """Name and content of an uploaded file. The name is only shown: no path is made of it."""
    if not uploaded or not uploaded.filename:
        return None
    name = PureWindowsPath(PurePosixPath(uploaded.filename).name).name
    return name[:120] or "upload", uploaded.read()


def _tables(draft: ImportDraft, mapping: dict[str, str] | Any) -> list[tuple[str, str, Any]]:
    people, departments = tables_of(draft)
    tables = [("people", people.source, columns_of(people, mapping, of_people=True))]
    if departments is not None:
        columns = columns_of(departments, mapping, of_people=False)
        tables.append(("departments", departments.source, columns))
    return tables
