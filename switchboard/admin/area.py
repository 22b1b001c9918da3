"""An area of the admin: a blueprint whose every route says whom it is for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Blueprint

from switchboard.admin.audience import Audience

View = TypeVar("View", bound=Callable[..., Any])


class Area(Blueprint):
    """Register it in `switchboard.admin.areas`. Routes are made with `page`, never with `route`."""

    def __init__(self, name: str, url_prefix: str = "") -> None:
        super().__init__(name, __name__, url_prefix=url_prefix or None)
        self.audiences: dict[str, Audience] = {}

    def page(
        self, rule: str, *, to: Audience, methods: Sequence[str] = ("GET",)
    ) -> Callable[[View], View]:
        """Register the decorated view under `rule`, for `to` and nobody else."""

        def register(view: View) -> View:
            self.audiences[f"{self.name}.{view.__name__}"] = to
            self.add_url_rule(rule, view.__name__, view, methods=list(methods))
            return view

        return register
