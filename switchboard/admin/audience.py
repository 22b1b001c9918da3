"""Who a page is for."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.storage.users import Role, User


@dataclass(frozen=True, slots=True)
class Audience:
    """The roles that may open a page or send a form; `signed_out`: anybody at all."""

    roles: frozenset[Role]
    signed_out: bool = False

    def admits(self, user: User | None) -> bool:
        return self.signed_out or (user is not None and user.role in self.roles)


ANYBODY = Audience(frozenset(Role), signed_out=True)
SIGNED_IN = Audience(frozenset(Role))
READERS = Audience(frozenset(Role) - {Role.TESTER})
"""Who sees the directory, the grammar and what came of calls: testers see only their own tests."""
TESTERS = Audience(frozenset(Role) - {Role.SUPPORT})
"""Whoever is in a test group: of a supplier's every request would go on the audit log."""
OPERATORS = Audience(frozenset({Role.ADMINISTRATOR, Role.OPERATOR, Role.SUPPORT}))
EDITORS = Audience(frozenset({Role.ADMINISTRATOR, Role.SUPPORT}))
"""Who changes what callers get."""
ADMINISTRATORS = Audience(frozenset({Role.ADMINISTRATOR}))
"""Who decides about people's access: a supplier never does."""
