"""What all pages share: navigation, messages, pages of a list, and how things are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

from flask import Flask, flash, request, url_for

from directory.table import place
from switchboard.admin.audience import Audience
from switchboard.admin.current import context, settings, signed_in

NAVIGATION = (
    ("Home", "home.home"),
    ("Calls", "console.overview"),
    ("Directory", "directory.search"),
    ("Imports", "imports.overview"),
    ("Reviews", "reviews.overview"),
    ("Gaps", "gaps.overview"),
    ("Grammar", "grammar.overview"),
    ("Voice", "voices.overview"),
    ("Roll-out", "campaigns.overview"),
    ("Test calls", "testing.script"),
    ("Reports", "reports.overview"),
    ("Users", "users.overview"),
    ("Audit log", "audit.overview"),
)
"""Text and endpoint. Somebody sees what is for their role."""
LINKED = (
    "console.overview",
    "gaps.overview",
    "imports.overview",
    "reviews.overview",
    "grammar.overview",
    "proposals.overview",
)
"""What `links` of the templates has, where it is for whoever looks."""


def furnish(app: Flask, audiences: Mapping[str, Audience]) -> None:
    """Give all templates what they share."""
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.filters["place"] = place
    app.jinja_env.filters["words"] = lambda text: str(text).replace("_", " ")
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def shared() -> dict[str, Any]:
        user = signed_in()
        return {
            "user": user,
            "navigation": _navigation(audiences) if user else [],
            "links": {end: url_for(end) for end in LINKED if _may(audiences, end)},
            "organisation": settings().prompts.organisation,
            "version": version("switchboard"),
            "now": context().now,
        }


def told(text: str, *, success: bool = True) -> None:
    """A message on the next page that is shown, in a banner."""
    flash(text, "success" if success else "info")


def moment(at: datetime | None) -> str:
    """When, in this machine's time zone, as a person writes it; "" for never."""
    return f"{at.astimezone():%-d %B %Y, %H:%M}" if at else ""


@dataclass(frozen=True, slots=True)
class Pages:
    """A long list in pages. `number` counts from 1."""

    number: int
    size: int
    total: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    def pagination(self, endpoint: str = "") -> dict[str, Any]:
        """Parameters of the design system's pagination component; {} for a single page. The links
        lead to the page that is being shown, or to that of `endpoint`."""
        if self.last == 1:
            return {}
        shown = sorted(
            {1, self.last, *range(max(1, self.number - 1), min(self.last, self.number + 1) + 1)}
        )
        items: list[dict[str, Any]] = []
        for before, number in zip([0, *shown], shown, strict=False):
            if number - before > 1:
                items.append({"ellipsis": True})
            items.append(
                {
                    "number": number,
                    "href": _page_url(number, endpoint),
                    "current": number == self.number,
                }
            )
        links: dict[str, Any] = {"items": items}
        if self.number > 1:
            links["previous"] = {"href": _page_url(self.number - 1, endpoint)}
        if self.number < self.last:
            links["next"] = {"href": _page_url(self.number + 1, endpoint)}
        return links


def pages(total: int, size: int = 50) -> Pages:
    """Where in a list of `total` the request is; a page beyond the last is the last."""
    asked = request.args.get("page", 1, type=int)
    last = max(1, -(-total // size))
    return Pages(min(max(asked, 1), last), size, total)


def _page_url(number: int, endpoint: str) -> str:
    assert request.endpoint is not None  # noqa: S101  a page that is being shown has one
    asked = {**request.args.to_dict(), **(request.view_args or {}), "page": number}
    return url_for(endpoint or request.endpoint, **asked)


def _navigation(audiences: Mapping[str, Audience]) -> list[dict[str, Any]]:
    here = (request.endpoint or "").partition(".")[0]
    return [
        {
            "text": text,
            "href": url_for(endpoint),
            "active": endpoint.partition(".")[0] == here,
        }
        for text, endpoint in NAVIGATION
        if _may(audiences, endpoint)
    ]


def _may(audiences: Mapping[str, Audience], endpoint: str) -> bool:
    return endpoint in audiences and audiences[endpoint].admits(signed_in())
