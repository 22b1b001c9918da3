"""Servers that stop, lie or never end, and entries that are no people: one sentence, no change."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from switchboard.storage.directories import load_directory
from switchboard.storage.imports import imports
from switchboard.storage.sources import source_copy
from switchboard.storage.store import Store, open_store
from tests.cli.conftest import Ran
from tests.ldap.conftest import Sync
from tests.ldap.impostor import Impostor, ber, entry, impostor, message, result, signed_in
from tests.ldap.server import STAFF, Slapd, person

Script = Callable[[Impostor], Iterator[bytes]]
Answer = Callable[[int], bytes]
"""What to say to the request of that number."""


def _jane(number: int) -> bytes:
    return entry(number, b"cn=jane", sn=b"Smith", givenName=b"Jane", entryUUID=b"1")


def _done(code: int, more: bytes = b"") -> Answer:
    return lambda number: message(number, 0x65, result(code, b"", more))


def _goodbye(_number: int) -> bytes:
    """Notice of Disconnection (RFC 4511, section 4.4.1)."""
    return message(0, 0x78, result(52, b"", ber(0x8A, b"1.3.6.1.4.1.1466.20036")))


@pytest.fixture
def store(database: str) -> Store:
    return open_store(database)


def _answers(*answers: Answer) -> Script:
    """A server that answers the search with these, then hangs up when the client does."""

    def script(heard: Impostor) -> Iterator[bytes]:
        yield from signed_in(heard)
        for answer in answers:
            yield answer(heard.number)

    return script


def _silent(heard: Impostor) -> Iterator[bytes]:
    yield from signed_in(heard)
    yield _jane(heard.number)
    heard.request()  # until the client gives up


def _endless_pages(heard: Impostor) -> Iterator[bytes]:
    yield from signed_in(heard)
    for number in range(120):
        paging = ber(0x04, ber(0x30, ber(0x02, b"\0") + ber(0x04, b"more")))
        control = ber(0xA0, ber(0x30, ber(0x04, b"1.2.840.113556.1.4.319") + paging))
        one = entry(heard.number, b"cn=%d" % number, sn=b"Smith")
        yield one + message(heard.number, 0x65, result(0), control)
        heard.request()


def _endless_drops(heard: Impostor) -> Iterator[bytes]:
    yield from signed_in(heard)
    yield b"\x30\x84\x00\xff\xff\xff"
    while True:
        heard._caller.settimeout(0.2)  # type: ignore[union-attr]
        try:
            if not heard.request():
                return
        except TimeoutError:
            yield b"\0"


def _refused(ran: Ran, store: Store, said: str) -> None:
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.strip().count("\n") == 0, ran.err
    assert "Traceback" not in ran.err
    assert (imports(store), load_directory(store).people) == ((), ())
    assert source_copy(store, "ldap") is None


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (_silent, "stopped answering; try again later, or raise [ldap] answer_s."),
        (_answers(_jane), "broke the connection off; try again later"),
        (_answers(_jane, lambda number: _jane(number)[:20]), "broke the connection off; try again"),
        (_answers(_jane, _goodbye), "broke the connection off; try again later"),
        (_answers(_jane, _done(4)), "gives fewer entries than there are"),
        (_answers(_jane, _done(51)), "is busy; try again later."),
        (_answers(_done(10, ber(0xA3, ber(0x04, b"ldap://elsewhere.example")))),
         "refers to another server for [ldap] base, and referrals are never followed"),
        (_answers(_done(80)), "refuses (LDAP result 80); look into its log."),
        (_answers(_done(0)), "shows nobody below [ldap] base"),
        (_answers(lambda number: entry(number, b"cn=big", sn=bytes(17 * 1024 * 1024))),
         "sent more than 16 MB in one"),
        (_answers(lambda _: b"HTTP/1.1 400 Bad Request\r\n\r\n" * 20), "that is not LDAP"),
        (_answers(lambda number: message(number, 0x65, b"")), "something that is not LDAP"),
        (_endless_pages, "has more than 100 entries there"),
        (_endless_drops, "had not sent everything when the time was over"),
    ],
    ids=["silence", "hangs up", "hangs up within an entry", "says goodbye", "size limit", "busy",
         "referral", "unknown result", "nobody", "huge entry", "web server", "empty result",
         "endless pages", "endless drops"],
)  # fmt: skip
def test_a_server_that_fails_is_told_in_a_sentence_and_nothing_changes(
    sync: Sync, store: Store, script: Script, said: str
) -> None:
    # Only what is about waiting has little patience: a busy machine must not change the answer.
    answer_s, longest_s = (1 if script is _silent else 60), (3 if script is _endless_drops else 200)
    patience = {"answer_s": answer_s, "longest_s": longest_s}
    with impostor(script) as other:
        ran = sync(other.url, start_tls=False, most_entries=100, page_size=10, **patience)
    _refused(ran, store, said)


def test_noise_is_never_more_than_a_sentence(sync: Sync, store: Store) -> None:
    noise = random.Random(7)
    for _ in range(20):

        def spoilt(number: int) -> bytes:
            answer = bytearray(_jane(number) + _done(0)(number))
            for _ in range(noise.randint(1, 6)):
                answer[noise.randrange(len(answer))] = noise.randrange(256)
            return bytes(answer)

        with impostor(_answers(spoilt)) as other:
            ran = sync(other.url, "--dry-run", start_tls=False, answer_s=20)
        assert ran.code in {0, 2}
        assert ran.code == 0 or ran.err.strip().count("\n") == 0
    assert imports(store) == ()


def test_references_to_other_servers_are_not_followed(sync: Sync, store: Store) -> None:
    with impostor() as elsewhere:
        url = elsewhere.url.encode()
        script = _answers(_jane, lambda number: message(number, 0x73, ber(0x04, url)), _done(0))
        with impostor(script) as other:
            ran = sync(other.url, start_tls=False)
        assert "1 references to other servers were not followed" in ran.out
        assert elsewhere.heard == b""
    assert [each.surname for each in load_directory(store).people] == ["Smith"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("52e", "refused the account of [ldap] user or its password"),
        ("532", "the password of [ldap] user has expired"),
        ("533", "the account of [ldap] user is disabled"),
        ("775", "has locked the account of [ldap] user"),
    ],
)
def test_active_directorys_reasons_for_refusing_are_told(
    sync: Sync, store: Store, data: str, said: str
) -> None:
    comment = f"80090308: LdapErr: DSID-0C09, comment: AcceptSecurityContext error, data {data}, v1"

    def script(heard: Impostor) -> Iterator[bytes]:
        heard.request()
        yield message(heard.number, 0x61, result(49, comment.encode()))
        heard.request()

    with impostor(script) as other:
        _refused(sync(other.url, start_tls=False), store, said)


def test_pictures_and_several_values_are_told_and_do_no_harm(
    sync: Sync, server: Slapd, store: Store
) -> None:
    server.add(
        *person(
            5, "Ifeoma", "Quill", givenName=["Ifeoma", "Abigail"], jpegPhoto=b"\xff\xd8\0\x10JFIF",
            telephoneNumber=["020 8313 5005", "020 8313 5905"],
        )
    )  # fmt: skip
    ran = sync(server.url, more='[ldap_people]\nteam = ["jpegPhoto"]')
    assert ran.code == 0
    assert "1 entry has several values of givenName; the first in the alphabet counts." in ran.out
    assert "1 entry has a value of jpegPhoto that is not text" in ran.out
    (quill,) = (each for each in load_directory(store).people if each.surname == "Quill")
    assert (quill.forename, quill.team, quill.direct_line) == ("Abigail", "", "+442083135005")


def test_what_looks_like_a_filter_in_an_entry_is_only_text(
    sync: Sync, server: Slapd, store: Store
) -> None:
    name = f"cn=\\2A\\29\\28objectClass=\\2A,{STAFF}"
    _, attributes = person(5, "Ifeoma", "Quill", department="*)(objectClass=*")
    server.add(name, {**attributes, "cn": "*)(objectClass=*"})
    assert sync(server.url).code == 0
    assert sync(server.url).code == 0
    assert len(load_directory(store).people) == 5


@pytest.mark.parametrize(
    "wrong",
    ["(objectClass=user", "objectClass=user", "(objectClass=user)(sn=*)", "(&)", "(x)", "()"],
)
def test_a_filter_that_is_none_is_told(sync: Sync, server: Slapd, store: Store, wrong: str) -> None:
    ran = sync(server.url, filter=wrong)
    _refused(ran, store, "LDAP filter")


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("ou=Nobody,dc=example,dc=org", "has no [ldap] base"),
        ("nonsense", "can't read [ldap] base as a distinguished name"),
        ("", "[ldap] url needs base beside it"),
    ],
)
def test_a_base_that_is_none_is_told(
    sync: Sync, server: Slapd, store: Store, base: str, said: str
) -> None:
    _refused(sync(server.url, base=base), store, said)


def test_when_departments_cant_be_read_no_person_changes_either(
    sync: Sync, server: Slapd, store: Store
) -> None:
    ran = sync(
        server.url, departments_base="ou=None,dc=example,dc=org", departments_filter="(ou=*)"
    )
    _refused(ran, store, "has no [ldap] base")
