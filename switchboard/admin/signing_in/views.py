"""Signing in with a password, choosing one by a one-time link, and signing out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from switchboard.admin import passwords, sessions
from switchboard.admin.area import Area
from switchboard.admin.audience import ANYBODY, SIGNED_IN
from switchboard.admin.current import context, settings, signed_in, store
from switchboard.admin.layout import told
from switchboard.admin.signing_in.forms import PasswordForm, SignInForm
from switchboard.storage.sign_ins import begin_try
from switchboard.storage.users import (
    choose_password,
    owner_of_link,
    password_hash_of,
    set_password_hash,
)

area = Area("signing_in", "/sign-in")

_TOO_MANY = 429


@area.page("", to=ANYBODY, methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    if signed_in() is not None:
        return redirect(url_for("home.home"))
    form = SignInForm()
    code = 200
    if form.validate_on_submit():
        here = context()
        attempt = begin_try(
            here.store, form.name.data, sessions.address(), here.limits, at=here.now()
        )
        if attempt is None:
            form.password.errors.append(
                f"There were too many wrong tries. Wait {settings().admin.lock_minutes} minutes, "
                "or ask an administrator to unlock you"
            )
            code = _TOO_MANY
        else:
            found = password_hash_of(here.store, form.name.data)
            user, kept = found or (None, "")
            right = passwords.is_right(form.password.data, kept)
            if user is not None and right and user.allowed(here.now()):
                sessions.sign_in(user, attempt)
                if passwords.is_outdated(kept):
                    set_password_hash(here.store, user, passwords.hashed(form.password.data))
                return redirect(_next_page())
            # One answer for all, so that it doesn't tell which names there are.
            form.password.errors.append("The user name or the password is wrong")
            code = 422
    ended = session.pop("ended", False)
    oidc = settings().oidc
    page = render_template(
        "signing_in/sign_in.html",
        form=form,
        ended=ended,
        provider_button=oidc.button if oidc.issuer else "",
    )
    return page, code


@area.page("/link/<secret>", to=ANYBODY, methods=["GET", "POST"])
def choose(secret: str) -> str | Response | tuple[str, int]:
    """A one-time link: the password is chosen, and the link used up, only when the form is sent.

    Opening it changes nothing: programs that check links in mail open them, too.
    """
    at = context().now()
    user = owner_of_link(store(), secret, at=at)
    if user is None:
        return render_template("signing_in/link_is_over.html"), 404
    form = PasswordForm(user.name)
    if form.validate_on_submit():
        changed = choose_password(store(), secret, passwords.hashed(form.password.data), at=at)
        if changed is None:
            return render_template("signing_in/link_is_over.html"), 404
        sessions.sign_in(changed)
        told("Your password is saved.")
        return redirect(url_for("home.home"))
    return render_template("signing_in/choose.html", form=form, owner=user)


@area.page("/out", to=SIGNED_IN, methods=["POST"])
def sign_out() -> Response:
    sessions.sign_out()
    told("You are signed out.")
    return redirect(url_for("signing_in.sign_in"))


def _next_page() -> str:
    """The page that was asked for before signing in, if it is one of ours."""
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    # "//other.example" and "/\\other.example" have a host to browsers.
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    if ours and not parts.scheme and not parts.netloc and "\\" not in wanted:
        return wanted
    return url_for("home.home")
