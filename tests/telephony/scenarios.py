"""What sipp says and expects, step by step, as scenario files are made of: joined by `scenario`.

A step is a piece of XML. Each checks what comes back: sipp's exit code 0 says that all came as
written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

PATIENCE_MS = 240_000
"""For whatever must come: the machine may be busy, and sipp's own deadline ends it all."""

PAYLOADS = {"pcma": (8, "PCMA"), "pcmu": (0, "PCMU"), "g722": (9, "G722")}

_FROM_US = """Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: {display}<sip:{user}@[local_ip]:[local_port]>;tag=[pid]T[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: {number} {method}
Contact: <sip:caller@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
"""
_ECHOED = "[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n"


def scenario(path: Path, *steps: str) -> Path:
    """The steps as a scenario file at `path`."""
    path.write_text(
        '<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="test">\n'
        + "\n".join(steps)
        + "\n</scenario>\n"
    )
    return path


def sdp(
    codec: str = "pcma",
    direction: str = "sendrecv",
    port: str = "[media_port]",
    version: int = 1,
    keys: int = 96,
) -> str:
    """A session description that offers one codec, and keys by RFC 4733 under the payload type
    `keys`: sipp itself sends them under 96 only."""
    payload, name = PAYLOADS[codec]
    return (
        f"v=0\no=caller 1 {version} IN IP[local_ip_type] [local_ip]\ns=-\n"
        f"c=IN IP[media_ip_type] [media_ip]\nt=0 0\nm=audio {port} RTP/AVP {payload} {keys}\n"
        f"a=rtpmap:{payload} {name}/8000\na=rtpmap:{keys} telephone-event/8000\n"
        f"a=fmtp:{keys} 0-15\na=ptime:20\na={direction}\n"
    )


def invite(
    body: str | None = None,
    headers: Sequence[str] = (),
    user: str = "caller",
    display: str = '"Caller" ',
) -> str:
    return _request("INVITE", 1, body or sdp(), headers=headers, user=user, display=display)


def answered() -> str:
    """200 OK, after any provisional answers, and our ACK."""
    return _provisional() + _receive_response(200, rrs=True) + _ack()


def refused(code: int) -> str:
    """A final refusal, and its ACK, which belongs to the INVITE before `_provisional` (RFC 3261
    section 17.1.1.3), so has its branch."""
    steps = _provisional() + _receive_response(code)
    back = steps.count("<recv ") + 1
    return steps + _ack().replace("[branch]", f"[branch-{back}]")


def redirected(to: str) -> str:
    return (
        refused(302)
        .replace(
            '<recv response="302"',
            '<recv response="302"',
        )
        .replace(
            "</recv><!--302-->",
            f'<action><ereg regexp="sip:{to}@" search_in="hdr" header="Contact:" check_it="true" '
            'assign_to="moved"/><log message="[$moved]"/></action></recv>',
        )
    )


def cancel(after_s: float = 0.0) -> str:
    """Give up while it rings: 200 for the CANCEL, 487 for the INVITE."""
    request = _request("CANCEL", 1, to_tag=False).replace("[branch]", "[branch-4]")
    return (
        '<recv response="100" optional="true"/>\n<recv response="180"/>\n'
        + pause(after_s)
        + request
        + _receive_response(200)
        + _receive_response(487)
        + _ack().replace("[branch]", "[branch-7]")
    )


def pause(seconds: float) -> str:
    return f'<pause milliseconds="{int(1000 * seconds)}"/>'


def speak(file: Path, codec: str = "pcma") -> str:
    """Play a file of raw coded sound once, over `[rtpstream_audio_port]`."""
    payload, name = PAYLOADS[codec]
    return f'<nop><action><exec rtp_stream="{file},1,{payload},{name}/8000"/></action></nop>'


def press(keys: str) -> str:
    """Keys by RFC 4733."""
    return f'<nop><action><exec play_dtmf="{keys}"/></action></nop>'


def press_by_info(key: str, number: int = 2) -> str:
    body = f"Signal={key}\nDuration=160\n"
    request = _request("INFO", number, body, content="application/dtmf-relay")
    return request + _receive_response(200)


def reinvite(
    body: str,
    number: int = 2,
) -> str:
    """Change the running call: hold, another codec, another address."""
    return (
        _request("INVITE", number, body)
        + '<recv response="100" optional="true"/>\n'
        + _receive_response(200, rrs=True)
        + _ack(number)
    )


def hang_up(number: int = 3) -> str:
    return _request("BYE", number) + _receive_response(200)


def hung_up() -> str:
    """The other side says BYE."""
    return f'<recv request="BYE" timeout="{PATIENCE_MS}"/>\n' + _reply("200 OK")


def options(number: int = 1) -> str:
    return _request("OPTIONS", number, to_tag=False) + _receive_response(200)


def referred(
    to: str,
    *outcomes: str,
    answer: str = "202 Accepted",
    number: int = 2,
    again: bool = False,
    ends: bool = True,
    rings_s: float = 0.0,
) -> str:
    """A REFER to the number `to`, answered, and a NOTIFY for each outcome: "486 Busy Here".

    The last outcome comes after `rings_s` and ends the subscription, unless not `ends`; a first
    "100 Trying" goes before.
    `again`: the one before was given up, so NOTIFYs say which REFER they are of (RFC 3515, section
    2.4.6).
    """
    event = f"refer;id=[$which{number}]" if again else "refer"
    refer = (
        f'<recv request="REFER" timeout="{PATIENCE_MS}"><action><ereg '
        f'regexp="Refer-To: .*sip:{to}@" search_in="msg" check_it="true" assign_to="to{number}"/>'
        '<ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" '
        f'assign_to="which{number}"/><log message="[$to{number}] [$which{number}]"/>'
        "</action></recv>\n" + _reply(answer)
    )
    if not outcomes:
        return refer
    notifies = [
        _notify(outcome, number + at, event, last=ends and at == len(outcomes))
        for at, outcome in enumerate(("100 Trying", *outcomes))
    ]
    *notifies, last = notifies
    return refer + "".join(notifies) + (pause(rings_s) if rings_s else "") + last


def unsubscribed() -> str:
    """The other side wants no more news of a REFER: a SUBSCRIBE that expires at once."""
    return '<recv request="SUBSCRIBE" timeout="20000"/>\n' + _reply("200 OK")


def called(code: str = "200 OK", body: str | None = None, rings_s: float = 0.0) -> str:
    """As who is called: an INVITE, ringing, then the answer `code` and its ACK."""
    steps = f'<recv request="INVITE" timeout="{PATIENCE_MS}" rrs="true"/>\n' + _reply(
        "180 Ringing", tag=True
    )
    if rings_s:
        steps += pause(rings_s)
    steps += _reply(code, body or sdp() if code.startswith("2") else "", tag=True)
    return steps + (
        '<recv request="ACK"><action>'
        '<ereg regexp=".*" search_in="hdr" header="From:" assign_to="there"/>'
        '<ereg regexp=".*" search_in="hdr" header="To:" assign_to="here"/>'
        '<log message="[$here] [$there]"/></action></recv>\n'
    )


def called_hangs_up() -> str:
    """As who is called, after `called`: BYE. The ACK told who is who."""
    request = _request("BYE", 2).replace(
        'From: "Caller" <sip:caller@[local_ip]:[local_port]>;tag=[pid]T[call_number]\n'
        "To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]",
        "From:[$here]\nTo:[$there]",
    )
    return request + _receive_response(200)


def rings_until_cancelled() -> str:
    """As who is called and never answers: 180, then CANCEL and 487."""
    return (
        f'<recv request="INVITE" timeout="{PATIENCE_MS}"/>\n'
        + _reply("180 Ringing", tag=True)
        + f'<recv request="CANCEL" timeout="{PATIENCE_MS}"/>\n'
        + _reply("200 OK")
        # The INVITE's own answer, under the INVITE's CSeq and not the CANCEL's.
        + _reply("487 Request Terminated", tag=True).replace("[last_CSeq:]", "CSeq: [cseq] INVITE")
        + '<recv request="ACK"/>\n'
    )


def _request(
    method: str,
    number: int,
    body: str = "",
    *,
    content: str = "application/sdp",
    headers: Sequence[str] = (),
    user: str = "caller",
    display: str = '"Caller" ',
    to_tag: bool = True,
) -> str:
    target = (
        "sip:[service]@[remote_ip]:[remote_port]"
        if number == 1 and method != "ACK"
        else "[next_url]"
    )
    fixed = _FROM_US.format(display=display, user=user, number=number, method=method)
    if not to_tag or (number == 1 and method == "INVITE"):
        fixed = fixed.replace("[peer_tag_param]", "")
    routes = "[routes]\n" if target == "[next_url]" else ""
    more = "".join(f"{header}\n" for header in headers)
    kind = f"Content-Type: {content}\n" if body else ""
    return (
        f'<send retrans="500"><![CDATA[\n{method} {target} SIP/2.0\n{fixed}{routes}{more}{kind}'
        f"Content-Length: [len]\n\n{body}]]></send>\n"
    )


def _ack(number: int = 1) -> str:
    return _request("ACK", number).replace('<send retrans="500">', "<send>")


def _reply(code: str, body: str = "", *, tag: bool = False) -> str:
    echoed = _ECHOED
    if tag:
        echoed = echoed.replace("[last_To:]", "[last_To:];tag=[pid]U[call_number]")
    kind = "Content-Type: application/sdp\n" if body else ""
    return (
        f"<send><![CDATA[\nSIP/2.0 {code}\n{echoed}"
        "Contact: <sip:called@[local_ip]:[local_port];transport=[transport]>\n"
        f"{kind}Content-Length: [len]\n\n{body}]]></send>\n"
    )


def _notify(outcome: str, number: int, event: str, *, last: bool) -> str:
    state = "terminated;reason=noresource" if last else "active;expires=60"
    headers = (f"Event: {event}", f"Subscription-State: {state}")
    body = f"SIP/2.0 {outcome}\n"
    kind = "message/sipfrag;version=2.0"
    return _request("NOTIFY", number, body, content=kind, headers=headers) + _receive_response(200)


def _provisional() -> str:
    return "".join(f'<recv response="{code}" optional="true"/>\n' for code in (100, 180))


def _receive_response(code: int, *, rrs: bool = False) -> str:
    route = ' rrs="true"' if rrs else ""
    return f'<recv response="{code}"{route} timeout="{PATIENCE_MS}"></recv><!--{code}-->\n'
