"""What a directory server answers or fails with, as one sentence with its remedy."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from typing import Final

from switchboard.errors import UserError


class LdapError(UserError):
    """The directory server can't be reached, believed or read. Nothing was changed."""


SUCCESS: Final = 0

_BASE = "[ldap] base"
_RESULTS: Final[Mapping[int, str]] = {
    1: "wants an account before it says anything; name one in [ldap] user.",
    3: "gave up because the search took too long; narrow [ldap] base or filter, or lower "
    "page_size.",
    4: "gives fewer entries than there are; lower [ldap] page_size (Active Directory gives at most "
    "1000), or have the limit for the account of [ldap] user raised.",
    7: "doesn't take passwords; have simple binds allowed for the account of [ldap] user.",
    8: 'wants an encrypted connection; give [ldap] url = "ldaps://...", or start_tls = true.',
    10: f"refers to another server for {_BASE}, and referrals are never followed; name the server "
    "that holds it in [ldap] url.",
    11: "has a limit that this search exceeds; lower [ldap] page_size, or have the limit for the "
    "account of [ldap] user raised.",
    13: 'wants an encrypted connection; give [ldap] url = "ldaps://...", or start_tls = true.',
    18: "can't compare an attribute of [ldap] filter like that; correct the filter.",
    32: f"has no {_BASE}, or the account of [ldap] user may not see it; correct the name, or have "
    "the account allowed to read it.",
    34: f'can\'t read {_BASE} as a distinguished name; write it as "OU=Staff,DC=example,DC=org".',
    48: "takes no account without a password, or not this way; name one in [ldap] user.",
    49: "refused the account of [ldap] user or its password; check both, in [ldap] user and in "
    "password_file or $SWITCHBOARD_LDAP_PASSWORD.",
    50: "doesn't let this account read there; name one that may in [ldap] user.",
    51: "is busy; try again later.",
    52: "is not available; try again later.",
    53: "is unwilling to do that; look into its log.",
}
_MICROSOFT: Final[Mapping[str, str]] = {
    "525": "knows no such account; check [ldap] user.",
    "530": "doesn't let the account of [ldap] user sign in at this time; have its hours widened.",
    "531": "doesn't let the account of [ldap] user sign in from this machine; have it allowed to.",
    "532": "says that the password of [ldap] user has expired; set a new one, and exempt the "
    "account from expiry.",
    "533": "says that the account of [ldap] user is disabled; have it enabled.",
    "701": "says that the account of [ldap] user has expired; have it extended.",
    "773": "wants the password of [ldap] user changed first; set a new one.",
    "775": "has locked the account of [ldap] user after wrong passwords; have it unlocked, and "
    "check the password.",
}
"""Active Directory's reasons for refusing, behind "data" in its message to result 49."""

_EXPIRED: Final = 10
_NOT_YET: Final = 9
_HOST: Final = 62
_ADDRESS: Final = 64
_UNKNOWN_AUTHORITY: Final = frozenset({7, 18, 19, 20, 21})
"""X509_V_ERR_... of OpenSSL's x509_vfy.h. A wrong signature (7) is that of another authority of the
same name: of the one before it was renewed."""


def refusal(server: str, code: int, message: str) -> LdapError:
    """For a result code of RFC 4511, section 4.1.9, that is not success."""
    detail = re.search(r"\bdata ([0-9a-f]{3})\b", message)
    if code == 49 and detail and detail[1] in _MICROSOFT:  # noqa: PLR2004 - invalidCredentials
        return LdapError(f"{server} {_MICROSOFT[detail[1]]}")
    if code in _RESULTS:
        return LdapError(f"{server} {_RESULTS[code]}")
    return LdapError(f"{server} refuses (LDAP result {code}); look into its log.")


def distrusted(server: str, host: str, fault: ssl.SSLError) -> LdapError:
    """For a TLS connection that didn't come about."""
    code = getattr(fault, "verify_code", None)
    if code == _EXPIRED:
        said = "has a certificate that has expired; have it renewed."
    elif code == _NOT_YET:
        said = "has a certificate that is not valid yet; check this machine's clock."
    elif code in {_HOST, _ADDRESS}:
        said = f"has a certificate for another name than {host}; give [ldap] url that name."
    elif code in _UNKNOWN_AUTHORITY:
        said = (
            "has a certificate of an authority that is not known here; name the authority's PEM "
            "file in [ldap] authorities."
        )
    elif code is not None:
        said = f"has a certificate that is wrong ({fault.verify_message}); have it mended."  # type: ignore[attr-defined]
    else:
        said = (
            f"doesn't speak TLS there ({fault.reason or 'broken off'}); check the port of [ldap] "
            "url and the server's TLS."
        )
    return LdapError(f"{server} {said}")
