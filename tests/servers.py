"""Servers that tests start for themselves, from Debian's packages, and stop again."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_ADMIN = "postgres"


def unavailable(reason: str) -> None:
    """Skip, saying why; in CI nothing may be missing, so fail there."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"CI must run this: {reason}")
    pytest.skip(reason)


def postgresql_programs() -> Path:
    """The folder with initdb and pg_ctl of the newest PostgreSQL, installed first if need be."""
    found = _newest()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", "postgresql"]):
            subprocess.run(
                ["apt-get", "-q", *arguments], env=quiet, capture_output=True, check=False
            )
        found = _newest()
    if found is None:
        unavailable("PostgreSQL is not installed; run: apt-get install postgresql")
    assert found is not None
    return found


def _newest() -> Path | None:
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda initdb: int(initdb.parts[-3]), default=None)
    if newest is not None:
        return newest.parent
    anywhere = shutil.which("initdb")
    return Path(anywhere).resolve().parent if anywhere else None


@contextmanager
def stopped(url: str) -> Iterator[None]:
    """The cluster that `postgresql` yielded this URL for doesn't run inside the block."""
    home = Path(url.partition("host=")[2])
    data, log = str(home / "data"), str(home / "log")
    # What it was started with: a line like a shell's, written by the server itself.
    words = shlex.split((home / "data" / "postmaster.opts").read_text())[1:]
    # "immediate" would lose the last commits: durability is off here.
    _pg_ctl(home, "stop", "-w", "-m", "fast", "-D", data)
    try:
        yield
    finally:
        _pg_ctl(home, "start", "-w", "-D", data, "-l", log, "-o", shlex.join(words))


def _pg_ctl(home: Path, *words: str) -> None:
    user: dict[str, Any] = {"user": _ADMIN, "group": _ADMIN} if os.geteuid() == 0 else {}
    command = (str(postgresql_programs() / "pg_ctl"), *words)
    # No pipe: the server would inherit it, and it would never be seen to end.
    subprocess.run(command, cwd=home, stdout=subprocess.DEVNULL, check=True, **user)


@contextmanager
def postgresql() -> Iterator[str]:
    """A cluster of its own on a Unix socket. Yields a URL to which a database's name is added.

    `{url}` holds one `%s` for the database. Durability is off: it is thrown away afterwards.
    """
    programs = postgresql_programs()
    # Not under pytest's folder: that is closed to the user that the server runs as.
    home = Path(tempfile.mkdtemp(prefix="switchboard-pg-"))
    user = pwd.getpwuid(os.geteuid()).pw_name
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(home, _ADMIN, _ADMIN)
        as_user = {"user": _ADMIN, "group": _ADMIN}
        user = _ADMIN

    def run(*command: str) -> None:
        done = subprocess.run(
            command, cwd=home, capture_output=True, text=True, check=False, **as_user
        )
        if done.returncode:
            unavailable(f"PostgreSQL does not start here: {done.stderr.strip()[-300:]}")

    data = home / "data"
    try:
        run(
            str(programs / "initdb"),
            f"--pgdata={data}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            f"--username={user}",
        )
        settings = (
            f"-c listen_addresses='' -c unix_socket_directories='{home}' "
            "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        )
        log = home / "log"
        # The server must not inherit pytest's pipes, or a run would never be seen to end.
        run(
            str(programs / "pg_ctl"), "start", "-w", "-D", str(data), "-l", str(log), "-o", settings
        )
        yield f"postgresql://{user}@/%s?host={home}"
    finally:
        if (data / "postmaster.pid").exists():
            run(str(programs / "pg_ctl"), "stop", "-w", "-m", "immediate", "-D", str(data))
        shutil.rmtree(home, ignore_errors=True)
