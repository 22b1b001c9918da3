"""What goes wrong, on a page: what it is and what to do, never a traceback."""

from __future__ import annotations

import logging

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException, SecurityError

from directory.errors import DirectoryError
from grammar.errors import GrammarError
from switchboard.errors import UserError
from switchboard.storage.faults import BusyError

log = logging.getLogger(__name__)

_BAD_INPUT = 422
_BUSY = 503
_TOLD = {
    400: ("This can't be answered", "Go back, check what was entered, and try again."),
    403: (
        "You can't open this page",
        "Your role does not include it. Ask an administrator if it should.",
    ),
    404: (
        "There is no such page",
        "Check the address if you typed it; the entry may also have been taken out since.",
    ),
    405: ("This can't be answered", "Go back, and use the button on the page."),
    413: ("The file is too large", "Export only the columns that are needed, or split the file."),
}


def handle(app: Flask) -> None:
    """Answer every error with a page of the admin."""

    @app.errorhandler(UserError)
    @app.errorhandler(DirectoryError)
    @app.errorhandler(GrammarError)
    def foreseen(error: Exception) -> tuple[str, int]:
        code = _BUSY if isinstance(error, BusyError) else _BAD_INPUT
        return _page("This didn't work", str(error), code)

    @app.errorhandler(CSRFError)
    def forged(_error: Exception) -> tuple[str, int]:
        return _page(
            "The form was not accepted",
            "Your session ended, or the form came from another site. "
            "Sign in again, and fill it in anew.",
            400,
        )

    @app.errorhandler(SecurityError)
    def another_host(_error: Exception) -> tuple[str, int]:
        # No page: without a host that is ours, no link of one can be made.
        return "This service is not known under that name; see [admin] address.", 400

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int] | HTTPException:
        code = error.code or 500
        if code < 400 or error.response is not None:  # noqa: PLR2004
            return error
        title, text = _TOLD.get(code, (error.name, "Go back and try again."))
        return _page(title, text, code)

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> tuple[str, int]:
        log.error("a page failed", extra={"endpoint": request.endpoint or ""}, exc_info=error)
        return _page(
            "The switchboard made a mistake",
            "Nothing was changed. Try again; if it happens again, tell whoever runs this service "
            "what you were doing and at what time.",
            500,
        )


def _page(title: str, text: str, code: int) -> tuple[str, int]:
    return render_template("problem.html", title=title, text=text), code
