"""What every answer tells the browser not to do."""

from __future__ import annotations

from flask import Flask, Response, request

_CONTENT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "media-src": "'self' blob:",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""No inline script and no inline style anywhere, so that a name that holds either is only text."""

_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{kind} {allowed}" for kind, allowed in _CONTENT.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The microphone is for test calls from the browser.
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
}


def secure(app: Flask, *, encrypted: bool) -> None:
    """Add the headers to every answer; pages, which hold personal data, are kept by no cache."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if encrypted:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response
