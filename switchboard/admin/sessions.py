"""Signing in and out of a browser: a random secret in a signed cookie, its digest in the database.

The cookie is emptied and the secret made anew at each sign-in, so a session that somebody else
planted is worth nothing; signing out, disabling and changing the password end it on the server.
"""

from __future__ import annotations

from contextlib import ExitStack

from flask import Flask, Response, abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from switchboard.admin.audience import Audience
from switchboard.admin.current import context, signed_in
from switchboard.storage import audit
from switchboard.storage.sign_ins import (
    Try,
    begin_session,
    end_session,
    forget_sessions,
    session_user,
)
from switchboard.storage.users import Role, User

_SECRET = "secret"  # noqa: S105  the name of the cookie's field


def guard(app: Flask, audiences: dict[str, Audience]) -> None:
    """Let nobody past who is not of a page's audience, and bind the audit log to who it is."""

    @app.before_request
    def identify() -> AnyResponse | None:
        if request.endpoint == "static":
            return None
        g.user = _user()
        g.until_answered = ExitStack()
        g.until_answered.enter_context(audit.acting(g.user.role.value if g.user else "", address()))
        if request.endpoint is None:  # no such page, which its handler tells
            return None
        admitted = audiences[request.endpoint].admits(g.user)
        if not admitted and g.user is not None:
            abort(403)
        if not admitted:
            return redirect(url_for("signing_in.sign_in", next=_wanted()))
        return None

    @app.after_request
    def watch_support(response: Response) -> Response:
        user = signed_in()
        if user is not None and user.role is Role.SUPPORT:
            action = "page seen" if request.method == "GET" else "form sent"
            audit.note(context().store, action, actor=user.name, subject=request.full_path[:500])
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        until_answered = g.pop("until_answered", None)
        if until_answered is not None:
            until_answered.close()


def sign_in(user: User, made: Try | None = None) -> None:
    """Sign the user in, in this browser."""
    here = context()
    at = here.now()
    forget_sessions(here.store, here.limits.longest, at=at)
    secret = begin_session(here.store, user, address(), made=made, at=at)
    session.clear()
    session[_SECRET] = secret


def sign_out() -> None:
    """End the session of this browser, if it has one."""
    user = signed_in()
    if user is not None:
        end_session(context().store, session[_SECRET], user)
    session.clear()


def address() -> str:
    """The network address that the request came from."""
    return request.remote_addr or ""


def _user() -> User | None:
    secret = session.get(_SECRET)
    if not isinstance(secret, str):
        return None
    here = context()
    user = session_user(here.store, secret, here.limits, at=here.now())
    if user is None:
        session.clear()
        session["ended"] = True
    return user


def _wanted() -> str | None:
    """The page to come back to; a form that was sent can't be."""
    return request.full_path.rstrip("?") if request.method == "GET" else None
