"""Simulated callers: begun, watched, stopped and read here."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from grammar.versions import load
from switchboard.admin.area import Area
from switchboard.admin.audience import EDITORS, READERS
from switchboard.admin.current import actor, context, store
from switchboard.admin.layout import pages, told
from switchboard.admin.tables import csv_file
from switchboard.admin.testing.forms import SimulationForm
from switchboard.storage import audit
from switchboard.storage.publishing import load_version
from switchboard.storage.simulations import (
    Simulation,
    simulated,
    simulation,
    simulations,
    stop_simulation,
)
from switchboard.uat.results import GROUPINGS, Trial, figures, grouped
from switchboard.uat.simulation.background import SimulationsBehind
from switchboard.uat.simulation.failing import Failing, failing, failing_csv, trials

area = Area("simulations", "/simulations")


def behind() -> SimulationsBehind:
    """That of the app that answers."""
    here = context()
    found: SimulationsBehind = current_app.extensions.setdefault(
        "simulations", SimulationsBehind(here.store, here.settings)
    )
    return found


@area.page("", to=READERS)
def overview() -> str:
    return render_template(
        "testing/simulations.html",
        simulations=simulations(store()),
        form=SimulationForm(),
    )


@area.page("/begin", to=EDITORS, methods=["POST"])
def begin() -> Response | str:
    form = SimulationForm()
    if not form.validate_on_submit():
        return render_template(
            "testing/simulations.html",
            simulations=simulations(store()),
            form=form,
        )
    most = int(form.most.data) if form.most.data else None
    number = behind().begin(voices=int(form.voices.data), most=most, actor=actor())
    return redirect(url_for("simulations.one", number=number))


@area.page("/<int:number>", to=READERS)
def one(number: int) -> str:
    found = simulation(store(), number)
    names, grammar_trials = _found(found)
    page = pages(len(names))
    return render_template(
        "testing/simulation.html",
        simulation=found,
        runs=found.runs(context().now()),
        failing=names[page.offset : page.offset + page.size],
        total=len(names),
        pages=page,
        figures=figures(grammar_trials),
        groupings={name: grouped(grammar_trials, GROUPINGS[name]) for name in ("voice", "channel")},
    )


@area.page("/<int:number>/stop", to=EDITORS, methods=["POST"])
def stop(number: int) -> Response:
    stop_simulation(store(), number, actor=actor())
    told("It stops; what was done is kept, and it can go on later.")
    return redirect(url_for("simulations.one", number=number))


@area.page("/<int:number>/resume", to=EDITORS, methods=["POST"])
def resume(number: int) -> Response:
    behind().resume(number, actor=actor())
    return redirect(url_for("simulations.one", number=number))


@area.page("/<int:number>/failing.csv", to=READERS)
def failing_names(number: int) -> FlaskResponse:
    names, _ = _found(simulation(store(), number))
    audit.note(store(), "failing names taken out", actor=actor(), subject=f"simulation {number}")
    return csv_file("failing-names.csv", failing_csv(names))


def _found(of: Simulation) -> tuple[tuple[Failing, ...], list[Trial]]:
    """The names that fail so far, and all calls."""
    grammar = load(load_version(store(), of.grammar))
    rows = simulated(store(), of.id)
    return failing(rows, grammar), trials(rows, grammar)
