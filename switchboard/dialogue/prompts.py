"""Every prompt that the dialogue speaks, by name; the texts are in `speech/prompts.toml`.

A placeholder is either an entry (spoken by its recording where there is one) or words. Both are
written {so} in the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

ORGANISATION = "organisation"
"""In greetings; filled in by `switchboard.speech` from the settings, not by the dialogue."""


class Prompt(StrEnum):
    GREETING_INTERNAL = "greeting_internal"
    """Short: "Who would you like?" """
    GREETING_PILOT = "greeting_pilot"
    GREETING_EXTERNAL = "greeting_external"
    """Says who answers, what to say, and that 0 is the operator."""
    GREETING_AGAIN = "greeting_again"
    """To who called within the last ten minutes: sorry if that was wrong; the name, or 0."""
    CLOSED = "closed"
    """Outside the hours; the call ends, unless 0 is pressed."""
    CLOSED_TRANSFER = "closed_transfer"
    """Outside the hours; put through to the number for that."""

    ASK_NAME = "ask_name"
    """The plain question, after "go back" and the like."""
    ASK_NAME_AFTER_NO = "ask_name_after_no"
    """Sorry; please say the name again, perhaps with the department."""
    REPROMPT_SILENCE = "reprompt_silence"
    """Nothing was heard: gives an example."""
    REPROMPT_NO_MATCH = "reprompt_no_match"
    """It wasn't understood: gives an example."""

    CONFIRM = "confirm"
    """Did you want {entry}?"""
    CONFIRM_DETAIL = "confirm_detail"
    """Did you want {entry}, {detail}?"""
    CONFIRM_AGAIN = "confirm_again"
    """Please say yes or no, or press 1 for yes and 2 for no. Then CONFIRM or another again."""
    LEFT_OFFER = "left_offer"
    """{entry} no longer works here. Shall I put you through to {instead}?"""
    NO_NUMBER_OFFER = "no_number_offer"
    """I have no number for {entry}. Shall I put you through to {instead}?"""

    CHOOSE = "choose"
    """Opens a list: there is more than one {name}."""
    CHOOSE_SOUND_ALIKE = "choose_sound_alike"
    """Opens a list of names that sound alike."""
    OPTION = "option"
    """{detail}, press {key}: in a list of one name."""
    OPTION_ENTRY = "option_entry"
    """{entry}, press {key}."""
    OPTION_ENTRY_DETAIL = "option_entry_detail"
    """{entry}, {detail}, press {key}: in a list of several names."""
    CHOOSE_NONE = "choose_none"
    """Closes a list: none of these, say so; or 0 for the operator."""
    CHOOSE_AGAIN = "choose_again"
    """I didn't get which; then the list again."""
    ASK_DEPARTMENT = "ask_department"
    """Several people are called {name}: which department?"""
    ASK_DEPARTMENT_NAMELESS = "ask_department_nameless"
    """Several people match: which department?"""
    ASK_DEPARTMENT_AGAIN = "ask_department_again"
    """I have nobody of that name there, or didn't understand: the department again, or 0."""

    OFFER_SPELLING = "offer_spelling"
    """Would you like to spell the surname? If not, the operator."""
    SPELL = "spell"
    """Please spell the surname, letter by letter."""

    EXTENSION_UNKNOWN = "extension_unknown"
    """I can't connect you to that. The same for who may not be reached as for nobody."""
    NAME_KEYS_UNKNOWN = "name_keys_unknown"
    """No name matches these letter keys."""

    CONNECTING = "connecting"
    """Connecting you to {entry}."""
    CONNECTING_DETAIL = "connecting_detail"
    """Connecting you to {entry}, {detail}."""
    BUSY = "busy"
    """{entry} is engaged."""
    NO_ANSWER = "no_answer"
    """{entry} doesn't answer."""
    UNREACHABLE = "unreachable"
    """I can't get through to {entry}. Also when the far end refused."""
    DEPARTMENT_CLOSED_OFFER = "department_closed_offer"
    """{entry} is closed now; shall I put you through to {instead}?"""
    OFFER_INSTEAD = "offer_instead"
    """Shall I try {entry} instead? If not, the operator."""
    CHOOSE_INSTEAD = "choose_instead"
    """Opens a list: whom to try instead."""

    OPERATOR = "operator"
    """Connecting you to an operator."""
    NOT_UNDERSTOOD_OPERATOR = "not_understood_operator"
    """I couldn't find whom you want: to the operator."""
    LEFT_OPERATOR = "left_operator"
    """{entry} no longer works here: to the operator."""
    NO_NUMBER_OPERATOR = "no_number_operator"
    """I have no number for {entry}: to the operator."""
    DEPARTMENT_CLOSED_OPERATOR = "department_closed_operator"
    """{entry} is closed now: to the operator."""
    CANNOT_CONNECT = "cannot_connect"
    """I can't connect you to that myself: to the operator. Tells nothing of who exists."""
    FAULT_OPERATOR = "fault_operator"
    """Something went wrong here: to the operator."""
    NEXT_OPERATOR = "next_operator"
    """That operator is busy; trying another."""
    LAST_RESORT = "last_resort"
    """No operator is free; another number is tried."""
    NOBODY = "nobody"
    """Nobody can take the call now; please call again later. Ends the call."""
    NOBODY_EMERGENCY = "nobody_emergency"
    """Nobody can take the call; in an emergency hang up and dial 999. Ends the call."""
    GOODBYE = "goodbye"


PLACEHOLDERS: Mapping[Prompt, frozenset[str]] = MappingProxyType(
    {
        prompt: frozenset(names)
        for prompt, names in {
            Prompt.GREETING_INTERNAL: {ORGANISATION},
            Prompt.GREETING_PILOT: {ORGANISATION},
            Prompt.GREETING_EXTERNAL: {ORGANISATION},
            Prompt.GREETING_AGAIN: {ORGANISATION},
            Prompt.CLOSED: {ORGANISATION},
            Prompt.CLOSED_TRANSFER: {ORGANISATION},
            Prompt.CONFIRM: {"entry"},
            Prompt.CONFIRM_DETAIL: {"entry", "detail"},
            Prompt.LEFT_OFFER: {"entry", "instead"},
            Prompt.NO_NUMBER_OFFER: {"entry", "instead"},
            Prompt.CHOOSE: {"name"},
            Prompt.OPTION: {"detail", "key"},
            Prompt.OPTION_ENTRY: {"entry", "key"},
            Prompt.OPTION_ENTRY_DETAIL: {"entry", "detail", "key"},
            Prompt.ASK_DEPARTMENT: {"name"},
            Prompt.CONNECTING: {"entry"},
            Prompt.CONNECTING_DETAIL: {"entry", "detail"},
            Prompt.BUSY: {"entry"},
            Prompt.NO_ANSWER: {"entry"},
            Prompt.UNREACHABLE: {"entry"},
            Prompt.OFFER_INSTEAD: {"entry"},
            Prompt.DEPARTMENT_CLOSED_OFFER: {"entry", "instead"},
            Prompt.DEPARTMENT_CLOSED_OPERATOR: {"entry"},
            Prompt.LEFT_OPERATOR: {"entry"},
            Prompt.NO_NUMBER_OPERATOR: {"entry"},
        }.items()
    }
)
"""The placeholders that each prompt is given; a prompt that isn't here is given none. A text may
leave one out, but have no other."""
