"""Verdicts as a form sends them: one by one, or for all doubts of a kind."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request

from directory.outcome import ReviewItem, Verdict


def verdicts_sent(items: Iterable[ReviewItem]) -> dict[str, Verdict]:
    """What the form says about these items, by key.

    A button `all` = "accepted:duplicate" decides every item of that kind; else each item has
    radio buttons named after its key, which may be left alone.
    """
    verdict, _, kind = request.form.get("all", "").partition(":")
    if verdict in set(Verdict):
        return {item.key: Verdict(verdict) for item in items if item.kind == kind}
    made = {item.key: request.form.get(f"verdict-{item.key}", "") for item in items}
    return {key: Verdict(sent) for key, sent in made.items() if sent in set(Verdict)}
