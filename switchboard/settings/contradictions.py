"""What is wrong between settings that are each right alone."""

from __future__ import annotations

import re

from directory.errors import DirectoryError
from switchboard.settings.calls_check import calls_contradictions
from switchboard.settings.checking import Problem
from switchboard.settings.model import Settings


def contradictions(settings: Settings) -> list[Problem]:
    """What is wrong between settings that are each right alone."""
    problems = []
    decision = settings.decision
    if decision.wrong_transfer <= decision.wrong_question + 1:
        problems.append(
            Problem(
                ("decision", "wrong_transfer"),
                "is not above wrong_question + 1, so nobody would ever be asked; raise it.",
            )
        )
    if decision.give_up <= 1:
        problems.append(
            Problem(
                ("decision", "give_up"),
                "is not above 1, the cost of a question, so nobody would ever be asked; raise it.",
            )
        )
    try:
        settings.number_plan.plan()
    except DirectoryError as error:
        problems.append(Problem(("number_plan", "blocks"), f"is wrong. {error}"))
    problems += calls_contradictions(settings)
    problems += _admin(settings)
    problems += _ldap(settings)
    return problems


def _admin(settings: Settings) -> list[Problem]:
    admin = settings.admin
    problems = []
    if not admin.local and not admin.encrypted:
        problems.append(
            Problem(
                ("admin", "host"),
                "lets other machines in, but passwords would cross the network in the clear; put "
                'a reverse proxy with a certificate before it and give address = "https://...", '
                'or use host = "127.0.0.1".',
            )
        )
    if admin.address and not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", admin.address):
        problems.append(
            Problem(
                ("admin", "address"),
                'is not an address without a path; write it as "https://switchboard.example.org".',
            )
        )
    oidc = settings.oidc
    if oidc.issuer and not (oidc.client_id and oidc.roles):
        problems.append(
            Problem(
                ("oidc", "issuer"),
                "needs client_id and roles beside it, or nobody could sign in with it.",
            )
        )
    return problems


def _ldap(settings: Settings) -> list[Problem]:
    ldap, people = settings.ldap, settings.ldap_people
    problems = []
    if ldap.url and not ldap.base:
        problems.append(
            Problem(
                ("ldap", "url"),
                'needs base beside it: where the people are, as "OU=Staff,DC=example,DC=org".',
            )
        )
    if ldap.nightly and not ldap.url:
        problems.append(
            Problem(("ldap", "nightly"), "needs url and base beside it: there is nothing to read.")
        )
    if not (people.surname or people.name):
        problems.append(
            Problem(
                ("ldap_people", "surname"),
                'is left out, and so is name, so nobody would have one; give surname = ["sn"].',
            )
        )
    if ldap.departments_filter and not settings.ldap_departments.name:
        problems.append(
            Problem(
                ("ldap_departments", "name"),
                'is left out, so no department would have one; give name = ["ou"].',
            )
        )
    return problems
