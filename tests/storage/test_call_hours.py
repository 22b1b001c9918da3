from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from switchboard.reports.figures import Figures, total
from switchboard.settings import default_settings
from switchboard.storage.call_hours import count_all, figures_by_hour
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.calls import hour_of, write_entries
from switchboard.storage.operator_tables import call_hours
from switchboard.storage.purging import forget_caller, purge
from switchboard.storage.store import Store
from tests.storage.made_up_calls import NOON, fallen_back, note, whole_call

HOUR = hour_of(NOON)
LATER = (NOON + timedelta(hours=30)).timestamp()


def _figures(store: Store, now: float = LATER) -> Figures:
    return total(each.figures for each in figures_by_hour(store, HOUR - 3, HOUR + 30, now=now))


def _kept(store: Store) -> int:
    with store.reading() as connection:
        kept = sa.select(sa.func.count()).select_from(call_hours)
        return connection.execute(kept).scalar_one()


def test_hours_are_counted_once_and_kept(store: Store) -> None:
    write_entries(store, (*whole_call("c1"), *fallen_back("c2")))
    figures = _figures(store)
    assert (figures.calls, figures.contained, figures.failed) == (2, 1, 1)
    assert figures.fallbacks == {"declined": 1}
    assert sum(figures.waits) == 2
    kept = _kept(store)
    assert kept == 29  # from the first call on, those without calls too
    assert _figures(store) == figures
    assert _kept(store) == kept


def test_an_hour_that_is_not_over_is_counted_anew_each_time(store: Store) -> None:
    write_entries(store, whole_call("c1"))
    during = (NOON + timedelta(minutes=20)).timestamp()
    assert _figures(store, during).calls == 1
    write_entries(store, whole_call("c2"))
    assert _figures(store, during).calls == 2
    assert _kept(store) == 0


def test_what_is_written_late_is_in_the_figures(store: Store) -> None:
    write_entries(store, whole_call("c1"))
    assert _figures(store).calls == 1
    write_entries(store, whole_call("c2", NOON + timedelta(minutes=5)))
    assert _figures(store).calls == 2


def test_an_answer_and_a_caller_who_is_soon_back_change_the_hour_of_the_call(store: Store) -> None:
    write_entries(store, (*whole_call("c1"), *whole_call("c2")))
    assert _figures(store).misrouted == 0
    label_call(store, "c1", Wanted.ENTRY, entry="p9")
    assert _figures(store).misrouted == 1
    next_hour = NOON + timedelta(hours=1)
    write_entries(store, [note("c3", "probably_wrong", at=next_hour, detail="c2")])
    assert _figures(store).misrouted == 2


def test_the_last_answer_holds_in_the_figures(store: Store) -> None:
    write_entries(store, whole_call("c1"))
    label_call(store, "c1", Wanted.ENTRY, entry="p9")
    assert (_figures(store).misrouted, _figures(store).labelled) == (1, 1)
    label_call(store, "c1", Wanted.ENTRY, entry="p2")
    assert (_figures(store).misrouted, _figures(store).labelled) == (0, 1)
    label_call(store, "c1", Wanted.WRONG_ORGANISATION)
    assert _figures(store).labels == {"wrong_organisation": 1}


def test_the_end_of_a_call_that_is_told_late_corrects_the_figures(store: Store) -> None:
    *before, end = whole_call("c1")
    write_entries(store, before)
    assert _figures(store).endings == {"unknown": 1}
    write_entries(store, [end])
    assert _figures(store).endings == {"transferred": 1}
    assert _figures(store).calls == 1


def test_an_answer_to_one_call_leaves_those_deleted_from_its_hour_in_the_figures(
    store: Store,
) -> None:
    write_entries(store, (*whole_call("gone", caller_hash="x"), *whole_call("c2")))
    write_entries(store, fallen_back("gone too", NOON + timedelta(minutes=1), caller_hash="x"))
    before = _figures(store)
    assert forget_caller(store, "x") == 2
    assert _figures(store) == before
    label_call(store, "c2", Wanted.ENTRY, entry="p9")
    after = _figures(store)
    assert (after.calls, after.failed, after.misrouted) == (3, 1, 1)
    assert (after.desk, after.endings) == ([0, 1, *[0] * 12], before.endings)


def test_calls_that_are_deleted_before_their_hour_is_counted_are_counted_all_the_same(
    store: Store,
) -> None:
    write_entries(store, whole_call("old", NOON - timedelta(hours=2), caller_hash="x"))
    write_entries(store, whole_call("c1"))
    during = (NOON + timedelta(minutes=20)).timestamp()
    forget_caller(store, "x")
    assert _figures(store, during).calls == 2
    forget_caller(store, "ab12")
    assert _figures(store, during).calls == 2
    assert _figures(store).calls == 2


def test_figures_outlive_the_records(store: Store, tmp_path: object) -> None:
    write_entries(store, whole_call("c1"))
    count_all(store)
    before = _figures(store)
    purge(store, default_settings().privacy, tmp_path, now=NOON + timedelta(days=500))  # type: ignore[arg-type]
    write_entries(store, whole_call("later", NOON + timedelta(days=500)))
    assert before.calls == 1
    assert _figures(store).calls == 1
