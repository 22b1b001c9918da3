"""The user's TOML over `default.toml`, checked, into frozen dataclasses."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import platformdirs

from switchboard.errors import SettingsError
from switchboard.settings.checking import Problem, Source, read_section
from switchboard.settings.contradictions import contradictions
from switchboard.settings.model import Settings


def user_file() -> Path:
    """Where a user's settings are when no other file is named."""
    return platformdirs.user_config_path("switchboard", appauthor=False) / "settings.toml"


def load_settings(
    path: Path | None = None, needs: Callable[[Settings], Iterable[Problem]] = lambda _: ()
) -> Settings:
    """The defaults with the user's file over them.

    The file is `path`, else $SWITCHBOARD_SETTINGS, else `user_file()` where there is one. `needs`
    tells what else is wrong for the one who asks. Raises SettingsError, which names every wrong
    setting with its line and the remedy.
    """
    if path is None and os.environ.get("SWITCHBOARD_SETTINGS"):
        path = Path(os.environ["SWITCHBOARD_SETTINGS"])
    if path is None and user_file().is_file():
        path = user_file()
    source = Source(str(user_file()), "") if path is None else _read(path)
    given = _parse(source)
    defaults = _shipped()
    problems: list[Problem] = []
    settings: Settings | None = read_section(Settings, defaults, given, (), problems)
    told = {problem.path for problem in problems}
    # Whoever mends what is wrong by itself must not find only then what is wrong besides.
    usable: Settings | None = settings or read_section(
        Settings, defaults, _without(told, given), (), []
    )
    if usable is not None:
        further = (*contradictions(usable), *needs(usable))
        problems += [problem for problem in further if problem.path not in told]
    if settings is None or problems:
        problems.sort(key=lambda problem: source.line(problem.path))
        raise SettingsError("\n".join(map(source.tell, problems)))
    return settings


def _without(paths: Collection[tuple[str, ...]], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given, but for these sections and settings, and lists in which something is wrong."""
    left = {}
    for key, value in given.items():
        below = [path[1:] for path in paths if path[0] == key]
        if not below:
            left[key] = value
        elif isinstance(value, dict) and () not in below:
            left[key] = _without(below, value)
    return left


def default_settings() -> Settings:
    """The defaults alone, whatever files the user has."""
    problems: list[Problem] = []
    settings: Settings | None = read_section(Settings, _shipped(), {}, (), problems)
    if settings is None:
        raise SettingsError("\n".join(map(Source("", "").tell, problems)))
    return settings


def _shipped() -> dict[str, Any]:
    return tomllib.loads(files("switchboard").joinpath("default.toml").read_text("utf-8"))


def _read(path: Path) -> Source:
    try:
        return Source(str(path), path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(
            f"The settings file {path} can't be read ({error.strerror}); "
            "check --settings and $SWITCHBOARD_SETTINGS."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"The settings file {path} is not UTF-8 text; save it as UTF-8."
        ) from error


def _parse(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"The settings file {source.name} is not valid TOML: {error}. "
            "Mend that place; texts stand in quotation marks."
        ) from error
