"""From a directory's number to the SIP URI that a call is sent to.

Toll fraud: a URI is made of digits only, never of what a caller said, keyed, or wrote in a header.
"""

from __future__ import annotations

import re

from switchboard.errors import TelephonyError

_DIALLABLE = re.compile(r"\+?[0-9*#]{1,32}", re.ASCII)
_HOST = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?", re.ASCII)


def target_uri(number: str, host: str, transport: str = "udp") -> str:
    """`sip:2468@pbx.example:5060`; a `#` is escaped (RFC 3261 section 25.1).

    `number` is as a directory row or the settings hold it, spaces and hyphens allowed. Raises
    TelephonyError for anything else than digits, * and #, after one +.
    """
    digits = re.sub(r"[\s().-]", "", number)
    if not _DIALLABLE.fullmatch(digits):
        raise TelephonyError(
            "A call can only be sent to digits, * and #, after one +; correct the number in the "
            "directory or the settings."
        )
    if not _HOST.fullmatch(host):
        raise TelephonyError("The PBX's address is not host or host:port; correct it.")
    parameter = "" if transport == "udp" else f";transport={transport}"
    return f"sip:{digits.replace('#', '%23')}@{host}{parameter}"
