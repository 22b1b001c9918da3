from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from switchboard.checks.finding import Finding, Level, tried
from switchboard.checks.telephone import certificate, telephone
from switchboard.settings import Settings
from tests.checks.conftest import Given
from tests.telephony.peers import free_port


def _found(settings: Settings) -> dict[str, Finding]:
    return {each.part: each for each in tried("telephone", lambda: telephone(settings))}


def _pem(path: Path, days: int, *, key: bool = True) -> Path:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "switchboard")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=100))
        .not_valid_after(now + timedelta(days=days))
        .sign(private, hashes.SHA256())
    )
    content = made.public_bytes(serialization.Encoding.PEM)
    if key:
        content += private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_the_real_endpoint_listens_and_the_pbx_answers(given: Given, pbx: str) -> None:
    found = _found(given(sip={"pbx": pbx}))
    assert {part: finding.level for part, finding in found.items()} == {
        "audio ports": Level.OK,
        "telephone": Level.OK,
        "codecs": Level.OK,
        "PBX": Level.OK,
    }
    assert "pcma, pcmu, g722" in found["codecs"].said
    assert "with 200" in found["PBX"].said


def test_a_pbx_that_does_not_answer_fails_and_the_rest_is_told(given: Given) -> None:
    found = _found(given(sip={"pbx": f"127.0.0.1:{free_port()}"}))
    assert found["telephone"].level is Level.OK
    assert found["PBX"].level is Level.FAIL
    assert "does not answer OPTIONS" in found["PBX"].said


def test_without_the_pbxs_address_it_is_not_asked(given: Given) -> None:
    assert _found(given())["PBX"].level is Level.WARN


def test_without_peers_nobody_could_call(given: Given) -> None:
    found = _found(given(sip={"peers": ()}))
    assert {part: finding.level for part, finding in found.items()} == {"telephone": Level.FAIL}


def test_a_port_that_is_taken_fails_with_a_hint(given: Given) -> None:
    settings = given()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", settings.sip.port))
        found = _found(settings)["telephone"]
    assert found.level is Level.FAIL
    assert "A switchboard that runs already has it" in found.said


def test_an_address_of_another_machine_fails(given: Given) -> None:
    found = _found(given(sip={"address": "192.0.2.1"}))
    assert found["telephone"].level is Level.FAIL


def test_too_few_free_audio_ports_fail(given: Given) -> None:
    first = free_port(following=4)
    settings = given(sip={"rtp_first": first, "rtp_last": first + 3, "most_calls": 1})
    assert _found(settings)["audio ports"].level is Level.OK
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", first + 2))
        finding = _found(settings)["audio ports"]
    assert finding.level is Level.FAIL
    assert "3 of 4 ports" in finding.said


def test_a_registrar_without_a_password_fails(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SWITCHBOARD_SIP_PASSWORD", raising=False)
    found = _found(given(sip={"registrar": "127.0.0.1"}))
    assert "needs a password" in found["telephone"].said


def test_a_certificate_is_told_before_it_ends(tmp_path: Path) -> None:
    levels = {-1: Level.FAIL, 10: Level.WARN, 100: Level.OK}
    for days, level in levels.items():
        (finding,) = certificate(_pem(tmp_path / "a.pem", days))
        assert finding.level is level


def test_a_certificate_needs_its_key_and_to_be_closed_to_others(tmp_path: Path) -> None:
    keyless = list(certificate(_pem(tmp_path / "a.pem", 100, key=False)))
    assert (keyless[0].level, "no key" in keyless[0].said) == (Level.FAIL, True)
    (tmp_path / "a.pem").write_text("hello")
    assert "no PEM certificate" in next(certificate(tmp_path / "a.pem")).said
    path = _pem(tmp_path / "b.pem", 100)
    path.chmod(0o644)
    assert "chmod 600" in next(certificate(path)).said
    assert "can't be read" in next(certificate(tmp_path / "c.pem")).said
