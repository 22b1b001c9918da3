"""What a run of the benchmarks found: kept as Markdown for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from switchboard.measures.tables import markdown

CPU_INFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Section:
    """One table with what was measured and how. `data` holds the bare numbers, for JSON."""

    title: str
    about: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the numbers come from: without it they can't be compared."""

    date: str
    commit: str
    machine: str
    command: str


def origin() -> Origin:
    """This run, on this machine."""
    return Origin(
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        commit=_commit(),
        machine=f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}",
        command="python -m benchmarks.bench " + " ".join(sys.argv[1:]),
    )


def write(folder: Path, sections: list[Section], found_by: Origin) -> Path:
    """Write `<date>.md` and `<date>.json`, over those of an earlier run of the day."""
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / found_by.date[:10]
    told = asdict(found_by)
    lines = [f"# Measured on {found_by.date}", ""]
    lines += [f"- {key}: `{value}`" for key, value in told.items() if key != "date"]
    for section in sections:
        lines += ["", f"## {section.title}", "", section.about, ""]
        lines += [markdown(section.headings, section.rows)]
    name.with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    content = {"origin": told, "sections": {each.title: each.data for each in sections}}
    name.with_suffix(".json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return name.with_suffix(".md")


def _commit() -> str:
    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], capture_output=True, text=True, check=False)
        return done.stdout.strip()

    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    return (git("rev-parse", "--short", "HEAD") or "unknown") + changed


def _processor() -> str:
    if CPU_INFO.exists():
        found = re.search(r"model name\s*: (.+)", CPU_INFO.read_text(encoding="utf-8"))
        if found:
            return found[1]
    return platform.machine()
