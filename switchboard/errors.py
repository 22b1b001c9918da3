"""Errors that reach a user: one sentence that says what is wrong and what to do about it."""

from __future__ import annotations


class UserError(Exception):
    """Bad input or a broken set-up. Commands print the message and exit with code 2."""


class SettingsError(UserError):
    """A setting is missing or wrong; the message names it and the remedy."""


class AudioError(UserError):
    """An audio file or device can't be used."""


class EngineError(UserError):
    """A recognition engine or its model can't be used."""


class StorageError(UserError):
    """The database can't be reached, read or written."""


class TelephonyError(UserError):
    """The telephone side can't work: an address is taken, the registrar or the PBX says no."""
