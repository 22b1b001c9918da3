from __future__ import annotations

import pytest

from grammar.phones import phones
from grammar.phrases import shipped
from grammar.pronunciation import (
    PronunciationError,
    one_word,
    parse,
    shipped_pronunciations,
    shipped_rows,
    to_phones,
)
from grammar.text import normalise


def test_every_shipped_pronunciation_changes_how_the_name_sounds() -> None:
    unchanged = [word for word, sound in shipped_pronunciations().items() if sound == phones(word)]
    assert unchanged == []


def test_at_least_three_hundred_names_of_every_community_are_shipped() -> None:
    rows = shipped_rows()
    words = [word for word, _, _ in rows]
    assert len(words) == len(set(words)) >= 300
    assert all(normalise(word) == word for word in words)
    origins = {origin for _, _, origin in rows}
    assert origins >= {
        "English", "Irish", "Welsh", "Scottish", "South Asian", "African", "Polish", "Chinese",
        "Turkish", "Greek",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("barclay", "barkly"), ("byrne", "burn"), ("grainger", "granger"), ("hearn", "hern"),
        ("kearns", "kerns"), ("keightley", "keetley"),
        ("mclean", "mclane"), ("milne", "miln"), ("murray", "murry"), ("mya", "maya"),
        ("nicholls", "nickels"), ("quayle", "quail"), ("ramsay", "ramsey"), ("rourke", "rork"),
        ("stephenson", "stevenson"), ("twomey", "toomey"),
        ("yeats", "yates"),
    ],
)  # fmt: skip
def test_everyday_names_sound_like_what_an_engine_may_write(name: str, heard: str) -> None:
    shipped = shipped_pronunciations()
    assert phones(name, shipped) == phones(heard, shipped)


@pytest.mark.parametrize(
    "spellings",
    [
        "mohammed muhammad mohamed mohammad", "hussain hussein husain", "ahmed ahmad",
        "chowdhury choudhury chaudhry", "karim kareem", "rashid rasheed", "yusuf yousef yusef",
        "fatima fatimah", "aisha ayesha aysha", "hasan hassan", "davies davis", "thomson thompson",
        "simmons simmonds symonds", "connolly connelly", "townsend townshend", "moloney maloney",
        "mccormack mccormick", "matheson mathieson", "andersen anderson", "edmunds edmonds",
        "monro munro monroe", "katharine catherine kathryn", "isabelle isobel",
        "denis dennis", "eleanor elinor", "whitaker whittaker", "haworth howarth",
    ],
)  # fmt: skip
def test_names_that_only_spelling_tells_apart_sound_the_same(spellings: str) -> None:
    """So callers are asked which one they mean; an engine spells a name as it likes."""
    shipped = shipped_pronunciations()
    assert len({phones(name, shipped) for name in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("eleanor", "ellinor"), ("pauline", "pawleen"), ("moore", "more"),
        ("daly", "dayly"), ("wilde", "wyld"), ("bligh", "bly"), ("viv", "vivv"),
        ("gascoigne", "gaskoyn"), ("regan", "reegan"), ("swales", "swails"),
    ],
)  # fmt: skip
def test_names_that_are_read_as_other_words_sound_as_they_are_said(name: str, heard: str) -> None:
    shipped = shipped_pronunciations()
    assert phones(name, shipped) == phones(heard, shipped)


def test_no_shipped_pronunciation_bends_a_word_of_the_carrier_phrases() -> None:
    carriers, commands = shipped()
    spoken = {word for phrase in (*carriers, *commands) for word in phrase.text.split()}
    assert spoken & shipped_pronunciations().keys() == set()


@pytest.mark.parametrize(
    ("word", "respelling"),
    [("Cholmondeley", "CHUM-lee"), ("Featherstonehaugh", "FAN-shaw"), ("Niamh", "NEEV")],
)
def test_respellings_and_ipa_mean_the_same(word: str, respelling: str) -> None:
    assert parse(respelling) == shipped_pronunciations()[word.lower()]
    assert parse("/ˈtʃʌmli/") == parse("CHUM-lee") == parse("chum lee")


@pytest.mark.parametrize(
    ("spoken", "told"),
    [
        ("CHUM=lee", "neither a respelling nor IPA"),
        ("/tʃʌm", "between two slashes"),
        ("//", "between two slashes"),
        ("/tʃʘm/", "“ʘ” in /tʃʘm/ is not an IPA symbol"),
        ("/qqq/", "“q” in /qqq/ is not an IPA symbol"),
        ("/Cho5ʘ5q/", "“c”, “5”, “ʘ”, “q” in /Cho5ʘ5q/ are not IPA symbols"),
        ("", "neither a respelling nor IPA"),
        ("--", "no sound"),
    ],
)
def test_what_cannot_be_read_is_told_with_an_example(spoken: str, told: str) -> None:
    with pytest.raises(Exception, match=told) as caught:
        parse(spoken)
    assert "CHUM-lee" in str(caught.value)


@pytest.mark.parametrize(
    "ipa", ["/ˈt͡ʃʌm.li/", "/çuː/", "/c\u0327uː/", "/ɹənɛ̃/", "/ŋ̩/", "/ʃɪˈvɔːn/"]
)
def test_ipa_is_read_with_its_marks(ipa: str) -> None:
    assert parse(ipa)


def test_a_pronunciation_is_set_word_by_word() -> None:
    assert one_word("Siobhán") == "siobhan"
    assert to_phones([("Leigh", "LAY")]) == {"leigh": "lE"}
    with pytest.raises(PronunciationError, match="not one word"):
        one_word("Van Dyke")
