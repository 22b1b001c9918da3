"""All settings together."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.settings.admin import AdminSettings, OidcSettings
from switchboard.settings.calls import (
    CallersSettings,
    DialogueSettings,
    HoursSettings,
    OperatorsSettings,
    RolloutSettings,
    SipSettings,
)
from switchboard.settings.ldap import (
    LdapDepartmentsSettings,
    LdapPeopleSettings,
    LdapSettings,
)
from switchboard.settings.privacy import PrivacySettings
from switchboard.settings.reports import ReportsSettings
from switchboard.settings.sections import (
    AudioSettings,
    DecisionSettings,
    LogSettings,
    NumberPlanSettings,
    PromptSettings,
    RecognitionSettings,
    StorageSettings,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, one field a section of the TOML."""

    number_plan: NumberPlanSettings
    storage: StorageSettings
    audio: AudioSettings
    recognition: RecognitionSettings
    decision: DecisionSettings
    sip: SipSettings
    callers: CallersSettings
    rollout: RolloutSettings
    hours: HoursSettings
    operators: OperatorsSettings
    dialogue: DialogueSettings
    prompts: PromptSettings
    privacy: PrivacySettings
    reports: ReportsSettings
    log: LogSettings
    admin: AdminSettings
    oidc: OidcSettings
    ldap: LdapSettings
    ldap_people: LdapPeopleSettings
    ldap_departments: LdapDepartmentsSettings
