"""A real OpenID Connect provider on loopback, made of Authlib's server side.

It does discovery, the code flow with PKCE, nonces, and signs ID tokens with RSA. Whoever comes is
signed in as `claims` without being asked. Tests make it lie by changing its fields.
"""

# ruff: noqa: ARG002  Authlib calls these with what its interfaces say

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify, request
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT_ID = "switchboard"
CLIENT_SECRET = "kept between the two"  # noqa: S105  of a provider that only tests have


@dataclass
class Provider:
    """`used_pkce` says whether the last sign-in proved who had begun it."""

    claims: dict[str, Any]
    issuer: str = ""
    tells_issuer: str = ""
    wrong_nonce: bool = False
    wrong_key: bool = False
    used_pkce: bool = False
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    published: RSAKey | None = None

    def __post_init__(self) -> None:
        self._codes: dict[str, _Code] = {}
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def _app(self) -> Flask:
        app = Flask("provider")
        app.secret_key = "of the provider"  # noqa: S105  as above
        app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = False
        server = AuthorizationServer(
            app, query_client=lambda _id: _Client(), save_token=lambda _token, _request: None
        )
        id_token = _id_token(self)(require_nonce=True)
        server.register_grant(_code_grant(self), [id_token, CodeChallenge(required=True)])
        provider = self

        @app.get("/.well-known/openid-configuration")
        def discovery() -> Response:
            return jsonify(
                issuer=provider.issuer,
                authorization_endpoint=f"{provider.issuer}/authorize",
                token_endpoint=f"{provider.issuer}/token",
                jwks_uri=f"{provider.issuer}/jwks",
                response_types_supported=["code"],
                subject_types_supported=["public"],
                id_token_signing_alg_values_supported=["RS256"],
                code_challenge_methods_supported=["S256"],
            )

        @app.get("/jwks")
        def keys() -> Response:
            shown = provider.published or provider.key
            return jsonify(keys=[{**shown.as_dict(private=False), "use": "sig", "alg": "RS256"}])

        @app.get("/authorize")
        def authorize() -> Any:
            grant = server.get_consent_grant(end_user=provider.claims)
            return server.create_authorization_response(grant=grant, grant_user=provider.claims)

        @app.post("/token")
        def token() -> Any:
            assert request.authorization is not None or "client_secret" in request.form
            return server.create_token_response()

        return app


def _code_grant(provider: Provider) -> type[grants.AuthorizationCodeGrant]:
    class CodeGrant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]  # noqa: RUF012

        def save_authorization_code(self, code: str, request: Any) -> None:
            sent = request.payload.data
            provider.used_pkce = sent.get("code_challenge_method") == "S256"
            provider._codes[code] = _Code(
                code,
                sent.get("redirect_uri", ""),
                sent.get("scope", ""),
                sent.get("nonce", ""),
                sent.get("code_challenge", ""),
                sent.get("code_challenge_method", ""),
            )

        def query_authorization_code(self, code: str, client: Any) -> _Code | None:
            return provider._codes.get(code)

        def delete_authorization_code(self, authorization_code: _Code) -> None:
            provider._codes.pop(authorization_code.code, None)

        def authenticate_user(self, authorization_code: _Code) -> dict[str, Any]:
            return provider.claims

    return CodeGrant


def _id_token(provider: Provider) -> type[OpenIDCode]:
    class IdToken(OpenIDCode):
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return False

        def resolve_client_private_key(self, client: Any) -> RSAKey:
            return provider.key

        def get_client_algorithm(self, client: Any) -> str:
            return "RS256"

        def get_encode_header(self, client: Any) -> dict[str, str]:
            return {"alg": "RS256", "kid": "1"}

        def get_client_claims(self, client: Any) -> dict[str, Any]:
            return {
                "iss": provider.tells_issuer or provider.issuer,
                "aud": [CLIENT_ID],
                "exp": int(time.time()) + 300,
            }

        def generate_user_info(self, user: dict[str, Any], scope: str) -> UserInfo:
            told = dict(user)
            if provider.wrong_nonce:
                told["nonce"] = "another"
            return UserInfo(**told)

    return IdToken


@dataclass
class _Code:
    code: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    made: float = field(default_factory=time.time)

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.made)

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class _Client:
    """The one client that is registered."""

    client_id = CLIENT_ID

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith("/sign-in/oidc/callback")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in {"client_secret_basic", "client_secret_post"}

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"
