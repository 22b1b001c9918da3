"""What is said to a directory server, and which servers are believed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from switchboard.storage.imports import imports
from switchboard.storage.store import open_store
from tests.cli.conftest import Ran
from tests.ldap.certificates import Certificates, certificates
from tests.ldap.conftest import FEW, Sync
from tests.ldap.impostor import Impostor, impostor, message, result
from tests.ldap.server import PASSWORD, Slapd, slapd
from tests.telephony.peers import free_port


@pytest.fixture
def strict(tmp_path: Path, right: Certificates) -> Iterator[Slapd]:
    """A server that takes no password in the clear."""
    (tmp_path / "strict").mkdir()
    with slapd(tmp_path / "strict", right, FEW, demand="security simple_bind=128") as started:
        yield started


def _refused(ran: Ran, database: str, *said: str) -> None:
    assert ran.code == 2
    assert all(part in ran.err for part in said), ran.err
    assert ran.err.strip().count("\n") == 0
    assert "Traceback" not in ran.err
    assert PASSWORD not in ran.out + ran.err
    assert imports(open_store(database)) == ()


def test_ldaps_and_start_tls_both_encrypt_before_the_password_is_said(
    sync: Sync, strict: Slapd, database: str
) -> None:
    plain = sync(strict.url, start_tls=False)
    _refused(plain, database, "wants an encrypted connection")
    assert sync(strict.url).code == 0
    assert sync(strict.secure_url).code == 0


def test_on_this_machine_a_password_may_go_in_the_clear(sync: Sync, server: Slapd) -> None:
    assert sync(server.url, start_tls=False).code == 0


def test_to_another_machine_no_password_goes_in_the_clear(sync: Sync, database: str) -> None:
    with impostor(host=_own_address()) as other:
        ran = sync(other.url, start_tls=False)
    _refused(ran, database, "would cross the network in the clear; give start_tls = true")
    assert other.heard == b""


def test_when_encryption_is_refused_no_password_is_said(sync: Sync, database: str) -> None:
    def refuse(heard: Impostor) -> Iterator[bytes]:
        heard.request()
        yield message(heard.number, 0x78, result(2))
        heard.request()

    with impostor(refuse) as other:
        ran = sync(other.url)
    _refused(ran, database, "doesn't encrypt (StartTLS was refused)")
    assert PASSWORD.encode() not in other.heard


@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
@pytest.mark.parametrize(
    "wrong",
    [
        ({"expires": timedelta(days=-1)}, "has a certificate that has expired; have it renewed."),
        ({"host": "dc1.example.org"}, "has a certificate for another name than 127.0.0.1;"),
        ({"host": "127.0.0.2"}, "has a certificate for another name than 127.0.0.1;"),
    ],
    ids=["expired", "another name", "another address"],
)
def test_a_wrong_certificate_is_refused(
    sync: Sync, tmp_path: Path, database: str, scheme: str, wrong: tuple[dict[str, object], str]
) -> None:
    made, said = wrong
    certificate = certificates(tmp_path / "wrong", **made)  # type: ignore[arg-type]
    (tmp_path / "slapd").mkdir()
    with slapd(tmp_path / "slapd", certificate, FEW) as server:
        url = server.secure_url if scheme == "ldaps" else server.url
        _refused(sync(url, authorities=certificate.authority), database, url, said)
        looking = sync(url, authorities=certificate.authority, check_certificate=False)
        assert looking.code == 0


def test_an_authority_that_is_not_known_is_not_believed(
    sync: Sync, server: Slapd, tmp_path: Path, database: str
) -> None:
    strangers = certificates(tmp_path / "strangers")
    for authorities in (strangers.authority, ""):
        ran = sync(server.secure_url, authorities=authorities)
        _refused(ran, database, "of an authority that is not known here", "[ldap] authorities.")


def test_a_name_that_the_certificate_bears_is_believed(
    sync: Sync, tmp_path: Path, database: str
) -> None:
    named = certificates(tmp_path / "named", host="localhost")
    (tmp_path / "slapd").mkdir()
    with slapd(tmp_path / "slapd", named, FEW) as server:
        url = server.secure_url.replace("127.0.0.1", "localhost")
        assert sync(url, authorities=named.authority).code == 0
    assert len(imports(open_store(database))) == 1


def test_authorities_that_are_none_are_told(
    sync: Sync, server: Slapd, tmp_path: Path, database: str
) -> None:
    (tmp_path / "none.pem").write_text("none")
    for file in ("none.pem", "missing.pem"):
        ran = sync(server.secure_url, authorities=tmp_path / file)
        _refused(ran, database, "[ldap] authorities:", file)


def test_a_wrong_password_is_told_and_not_shown(
    sync: Sync, server: Slapd, database: str, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("guessed wrong")
    (tmp_path / "password").chmod(0o600)
    ran = sync(server.secure_url, password_file=tmp_path / "password")
    _refused(ran, database, "refused the account of [ldap] user or its password")
    assert "guessed" not in ran.out + ran.err


def test_an_account_without_a_password_is_not_tried(
    sync: Sync, server: Slapd, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A server would take it for anonymous (RFC 4513, section 5.1.2), and show nobody.
    monkeypatch.delenv("SWITCHBOARD_LDAP_PASSWORD")
    _refused(sync(server.secure_url), database, "[ldap] user needs a password", "password_file")


def test_who_may_not_read_is_told(sync: Sync, server: Slapd, database: str) -> None:
    ran = sync(server.secure_url, user="")
    _refused(ran, database, "doesn't let this account read there; name one that may")


def test_a_server_that_is_not_there_is_told(sync: Sync, server: Slapd, database: str) -> None:
    for url in (f"ldaps://127.0.0.1:{free_port()}", "ldaps://nowhere.invalid"):
        _refused(sync(url), database, url, "can't be reached; check the host and port")
    plain_port = server.url.replace("ldap:", "ldaps:")
    _refused(sync(plain_port, answer_s=5), database, "check the port of [ldap] url")


def _own_address() -> str:
    """An address of this machine that is not loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
            address = str(probe.getsockname()[0])
        except OSError:
            address = "127.0.0.1"
    if address.startswith("127."):
        pytest.skip("this machine has no address but its own loopback")
    return address
