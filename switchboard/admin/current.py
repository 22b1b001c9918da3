"""What a view works with: the store and the settings of its app, and who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g

from switchboard.admin.console.feed import Feeds
from switchboard.admin.directory.preparing import Preparations
from switchboard.admin.kept import Memory
from switchboard.admin.testing.calls import TestersCalls
from switchboard.gaps.background import Background
from switchboard.settings import Settings
from switchboard.storage.sign_ins import Limits
from switchboard.storage.store import Store
from switchboard.storage.users import User

EXTENSION = "switchboard"


@dataclass(frozen=True, slots=True)
class Context:
    """Given to `create_app`, and the same for every request. `now` is the clock, in UTC."""

    store: Store
    settings: Settings
    limits: Limits
    now: Callable[[], datetime]
    memory: Memory
    preparations: Preparations
    background: Background
    feeds: Feeds
    testers_calls: TestersCalls


def context() -> Context:
    """That of the app that answers."""
    found: Context = current_app.extensions[EXTENSION]
    return found


def store() -> Store:
    return context().store


def settings() -> Settings:
    return context().settings


def memory() -> Memory:
    return context().memory


def background() -> Background:
    return context().background


def signed_in() -> User | None:
    """Who sent this request; None for nobody. Known once `sessions.identify` has run."""
    user: User | None = g.get("user")
    return user


def user() -> User:
    """Who sent this request, on a page that nobody gets to signed out."""
    found = signed_in()
    if found is None:
        raise RuntimeError("this page is for users, and was shown to somebody signed out")
    return found


def actor() -> str:
    """The name under which the audit log knows who sent this request."""
    return user().name
