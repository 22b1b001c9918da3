from __future__ import annotations

import pytest

from grammar.errors import GrammarError
from grammar.phones import ALPHABET, PHONE_IPA, from_ipa, phones, prepare, to_ipa


def test_a_phone_is_one_character_so_that_edit_distance_counts_phones() -> None:
    assert phones("church bridge") == "ʧɜʧbɹɪʤ"
    assert phones("boy now say my") == "bYnWsEmI"
    assert all(len(phone) == 1 for phone in PHONE_IPA)


def test_stress_length_and_word_boundaries_are_left_out() -> None:
    assert phones("jane smith") == phones("jane") + phones("smith")
    assert set(phones("the chief executive of environmental services")) <= set(ALPHABET)


def test_words_that_sound_the_same_have_the_same_phones() -> None:
    assert phones("smyth") != phones("smith")
    assert phones("stewart") == phones("stuart")
    assert phones("holmes") == phones("homes")


@pytest.mark.parametrize(
    ("doubled", "single"), [("hennessy", "henessy"), ("fitzsimmons", "fitsimmons")]
)
def test_a_doubled_letter_is_said_once(doubled: str, single: str) -> None:
    assert phones(doubled) == phones(single)


def test_single_letters_are_said_by_their_names() -> None:
    assert phones("j") == phones("jay")
    assert phones("a b") == "Ebi"


def test_a_set_pronunciation_wins_over_the_spelling() -> None:
    assert phones("siobhan smith", {"siobhan": "ʃən"}) == "ʃən" + phones("smith")


def test_many_words_at_once_sound_as_they_do_one_by_one() -> None:
    words = ["llanelli", "xi", "mr", "ng", "przybylski", "o", "van"]
    prepare(words)
    together = [phones(word) for word in words]
    assert together == ["".join(phones(word)) for word in reversed(words)][::-1]
    assert all(together)


def test_nothing_said_is_no_phones() -> None:
    assert phones("") == ""


def test_ipa_is_read_and_written_back() -> None:
    assert from_ipa("ˈtʃʌm.li") == "ʧʌmli"
    assert from_ipa(to_ipa(ALPHABET)) == ALPHABET
    assert from_ipa("ˈniəɹ") == from_ipa("ˈnɪər")


def test_a_symbol_that_is_not_ipa_is_named() -> None:
    with pytest.raises(GrammarError, match="“ʘ”"):
        from_ipa("ʘa")
