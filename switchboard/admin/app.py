"""The admin as one Flask application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]
from govuk_frontend_wtf.main import WTFormsHelpers  # type: ignore[import-untyped]
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from switchboard.admin import errors, headers, layout, sessions
from switchboard.admin.areas import AREAS
from switchboard.admin.audience import ANYBODY, Audience
from switchboard.admin.console.feed import Feeds
from switchboard.admin.current import EXTENSION, Context
from switchboard.admin.directory.preparing import Preparations
from switchboard.admin.kept import Memory
from switchboard.admin.testing.calls import TestersCalls
from switchboard.gaps.background import Background
from switchboard.settings import Settings
from switchboard.storage.sign_ins import Limits, cookie_key
from switchboard.storage.store import Store
from switchboard.uat.browser.wire import socket_path

_FORM_MB = 2
"""The largest form without a file. Raising it lets more be posted to pages that need no more."""


def create_app(
    store: Store, settings: Settings, *, now: Callable[[], datetime] | None = None
) -> Flask:
    """The admin on this store. `now` is the clock, aware and in UTC; the machine's by default."""
    admin = settings.admin
    app = Flask("switchboard.admin")
    app.config.update(
        SECRET_KEY=cookie_key(store),
        # The prefix makes browsers refuse the cookie from anything but this host, by HTTPS.
        SESSION_COOKIE_NAME="__Host-switchboard" if admin.encrypted else "switchboard",
        SESSION_COOKIE_SECURE=admin.encrypted,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=_hosts(settings),
        MAX_CONTENT_LENGTH=(admin.upload_mb + _FORM_MB) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=_FORM_MB * 1024 * 1024,
        MAX_FORM_PARTS=20_000,
        PREFERRED_URL_SCHEME="https" if admin.encrypted else "http",
        # A form is good for as long as the session is; that one expires.
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, x_for=admin.proxies, x_proto=admin.proxies, x_host=0, x_port=0
    )
    app.extensions[EXTENSION] = Context(
        store=store,
        settings=settings,
        limits=Limits(
            failures=admin.failures,
            lock=timedelta(minutes=admin.lock_minutes),
            idle=timedelta(minutes=admin.idle_minutes),
            longest=timedelta(hours=admin.session_hours),
        ),
        now=now or (lambda: datetime.now(UTC)),
        memory=Memory(store, settings.recognition),
        preparations=Preparations(store, settings.number_plan.plan(), settings.ldap.preferred),
        background=Background(store, settings),
        feeds=Feeds(),
        testers_calls=TestersCalls(socket_path(store.location)),
    )
    app.jinja_loader = ChoiceLoader(
        [
            PackageLoader("switchboard.admin"),
            PrefixLoader(
                {
                    name: PackageLoader(name)
                    for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")
                }
            ),
        ]
    )
    headers.secure(app, encrypted=admin.encrypted)
    audiences = _audiences()
    sessions.guard(app, audiences)
    CSRFProtect(app)
    WTFormsHelpers(app)
    layout.furnish(app, audiences)
    errors.handle(app)
    for area in AREAS:
        app.register_blueprint(area)
    return app


def _audiences() -> dict[str, Audience]:
    """By endpoint, whom it is for: what no area declares is for nobody, and doesn't start."""
    found = {"static": ANYBODY}
    for area in AREAS:
        found |= area.audiences
    return found


def _hosts(settings: Settings) -> list[str]:
    """The names by which it may be called: links and redirects are made with the one used."""
    if settings.admin.address:
        return [urlsplit(settings.admin.address).hostname or ""]
    return ["localhost", "127.0.0.1", "[::1]", settings.admin.host]
