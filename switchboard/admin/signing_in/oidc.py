"""Signing in through the organisation's OpenID Connect provider.

Authlib does the protocol: discovery, code flow with PKCE (RFC 7636), state and nonce in the signed
cookie, the ID token's signature by the provider's published keys, its issuer, audience and times.
"""

from __future__ import annotations

import logging
import os
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.flask_client import OAuth  # type: ignore[import-untyped]
from flask import abort, current_app, redirect, url_for
from joserfc.errors import JoseError
from werkzeug.wrappers import Response

from switchboard.admin import sessions
from switchboard.admin.area import Area
from switchboard.admin.audience import ANYBODY
from switchboard.admin.current import context, settings, store
from switchboard.errors import UserError
from switchboard.settings.admin import OidcSettings
from switchboard.storage.users import Role, User, add_user, set_role, user_by_subject

log = logging.getLogger(__name__)
area = Area("oidc", "/sign-in/oidc")

ACTOR = "openid connect"
"""Who the audit log says made users and gave roles at a sign-in."""
_CLIENT = "switchboard.oidc"


@area.page("", to=ANYBODY)
def begin() -> Response:
    """To the provider. A link and no form: browsers hold forms to this host's own pages."""
    target = f"{settings().admin.address}{url_for('oidc.callback')}"
    if not settings().admin.address:
        target = url_for("oidc.callback", _external=True)
    try:
        there: Response = _client().authorize_redirect(target)
    except (AuthlibBaseError, requests.RequestException, ValueError, KeyError) as error:
        raise _unavailable(error) from error
    return there


@area.page("/callback", to=ANYBODY)
def callback() -> Response:
    """Back from the provider, with a code that is exchanged for who it is."""
    client = _client()
    try:
        claims = dict(client.authorize_access_token()["userinfo"])
        issuer = client.load_server_metadata()["issuer"]
    except (AuthlibBaseError, JoseError) as error:
        log.warning("a sign-in by the provider failed", extra={"error": type(error).__name__})
        raise UserError(
            "The organisation's sign-in did not confirm who you are. Try again; "
            "if it happens again, ask an administrator."
        ) from error
    except (requests.RequestException, ValueError, KeyError) as error:
        raise _unavailable(error) from error
    user = _user(claims, f"{issuer} {claims['sub']}")
    if not user.allowed(context().now()):
        raise UserError("Your access has been ended. Ask an administrator.")
    sessions.sign_in(user)
    return redirect(url_for("home.home"))


def _user(claims: dict[str, Any], subject: str) -> User:
    """The user of these claims: made at the first sign-in, with the role of today's claims."""
    role = _role(claims, settings().oidc)
    known = user_by_subject(store(), subject)
    if role is None:
        raise UserError(
            "You are known, but have no role in this service. "
            "Ask an administrator to put you into one of its groups."
        )
    if known is None:
        name = str(claims.get("preferred_username") or claims.get("email") or claims["sub"])
        return add_user(store(), name, role, actor=ACTOR, subject=subject)
    # An administrator may have made somebody supplier support until a set time; that stays.
    if known.role not in {role, Role.SUPPORT}:
        return set_role(store(), known.name, role, actor=ACTOR)
    return known


def _role(claims: dict[str, Any], oidc: OidcSettings) -> Role | None:
    """The role of the first rule in the settings that the claims fulfil."""
    found = claims.get(oidc.role_claim, [])
    values = {found} if isinstance(found, str) else set(map(str, found or []))
    return next((Role(rule.role) for rule in oidc.roles if rule.claim in values), None)


def _client() -> Any:
    """The client, made at the first use: a provider that is down must not keep us from starting."""
    oidc = settings().oidc
    if not oidc.issuer:
        abort(404)
    if _CLIENT not in current_app.extensions:
        current_app.extensions[_CLIENT] = OAuth(current_app).register(
            "provider",
            server_metadata_url=f"{oidc.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_id=oidc.client_id,
            client_secret=os.environ.get("SWITCHBOARD_OIDC_SECRET") or oidc.client_secret,
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "timeout": 10,
            },
        )
    return current_app.extensions[_CLIENT]


def _unavailable(error: Exception) -> UserError:
    log.warning("the provider can't be reached", extra={"error": type(error).__name__})
    return UserError(
        "The organisation's sign-in can't be reached. Try again in a moment, "
        "or sign in with a password."
    )
