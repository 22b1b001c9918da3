"""All areas of the admin. A new one is a package with a `views` module, added to this list."""

from __future__ import annotations

from switchboard.admin.area import Area
from switchboard.admin.audit import views as audit
from switchboard.admin.console import proposals
from switchboard.admin.console import views as console
from switchboard.admin.directory import imports, reviews
from switchboard.admin.directory import views as directory
from switchboard.admin.gaps import drafts
from switchboard.admin.gaps import views as gaps
from switchboard.admin.grammar import views as grammar
from switchboard.admin.home import views as home
from switchboard.admin.reports import views as reports
from switchboard.admin.signing_in import oidc
from switchboard.admin.signing_in import views as signing_in
from switchboard.admin.testing import campaigns, simulations
from switchboard.admin.testing import views as testing
from switchboard.admin.users import views as users
from switchboard.admin.voices import views as voices

AREAS: tuple[Area, ...] = (
    signing_in.area,
    oidc.area,
    home.area,
    directory.area,
    imports.area,
    reviews.area,
    gaps.area,
    drafts.area,
    grammar.area,
    console.area,
    proposals.area,
    reports.area,
    testing.area,
    campaigns.area,
    simulations.area,
    voices.area,
    users.area,
    audit.area,
)
