"""From a grammar to words of a model and back."""

from __future__ import annotations

from grammar.model import CarrierPhrase, Command, CommandPhrase, FormKind, Grammar, SpokenForm
from switchboard.recognition.vosk.decoding import Decoded
from switchboard.recognition.vosk.engine import weigh
from switchboard.recognition.vosk.phrase_set import PhraseSet, Speller, build_phrase_set

KNOWN = "jane smith call the please parking boss hard o'neill don't o help"
VOCABULARY = frozenset(KNOWN.split())
RESPELLINGS = {"bosshard": (("boss", "hard"),), "smyth": (("smith",),)}


def phrase_set(*texts: str, calls: dict[str, int] | None = None) -> PhraseSet:
    grammar = Grammar(
        version="v",
        entries=(),
        forms=tuple(SpokenForm(text, text, FormKind.FULL_NAME, "") for text in texts),
        carriers=(
            CarrierPhrase("call", "before"),
            CarrierPhrase("call the", "before"),
            CarrierPhrase("please", "after"),
        ),
        commands=(CommandPhrase("help", Command.HELP),),
        call_counts=tuple((calls or {}).items()),
    )
    return build_phrase_set(grammar, Speller(VOCABULARY, RESPELLINGS))


def parsed(phrases: PhraseSet, said: str) -> tuple[str, tuple[str, ...]] | None:
    parse = phrases.parse(tuple(said.split()))
    return (parse.whole, parse.named) if parse else None


def test_what_was_decoded_comes_back_in_the_grammars_own_spelling() -> None:
    phrases = phrase_set("jane bosshard", "parking")
    assert parsed(phrases, "call jane boss hard please please") == (
        "call jane bosshard please please",
        ("jane bosshard",),
    )
    assert parsed(phrases, "call the parking") == ("call the parking", ("parking",))
    assert parsed(phrases, "help please") == ("help please", ("help",))


def test_what_is_not_in_the_grammar_is_not_parsed() -> None:
    phrases = phrase_set("jane smith")
    for said in ("jane", "smith jane", "call", "please", "jane smith call", "", "jane smith smith"):
        assert parsed(phrases, said) is None


def test_two_names_that_are_said_alike_are_both_named() -> None:
    phrases = phrase_set("jane smith", "jane smyth")
    assert parsed(phrases, "jane smith") == ("jane smith", ("jane smith", "jane smyth"))


def test_apostrophes_of_the_vocabulary_are_found() -> None:
    phrases = phrase_set("jane o neill", "dont call")
    assert ("jane", "o'neill") in phrases.phrases
    assert parsed(phrases, "jane o'neill") == ("jane o neill", ("jane o neill",))
    assert parsed(phrases, "don't call") == ("dont call", ("dont call",))


def test_a_word_that_nothing_covers_makes_its_text_unsayable_and_no_other() -> None:
    phrases = phrase_set("jane xyzzy", "jane smith")
    assert phrases.unsayable == {"jane xyzzy"}
    assert set(phrases.phrases) == {("jane", "smith"), ("help",)}


def test_an_entry_that_is_called_often_weighs_more() -> None:
    phrases = phrase_set("jane smith", "parking", calls={"parking": 99})
    assert phrases.phrases["parking",].weight == 100 * phrases.phrases["jane", "smith"].weight


def test_evidence_is_what_a_phrase_lacks_to_the_best_free_hypothesis() -> None:
    phrases = phrase_set("jane smith", "jane smyth", "parking")
    closed = [
        Decoded(("jane", "smith", "please"), 90.0),
        Decoded(("jane", "smith"), 88.0),
        Decoded(("jane",), 87.0),
        Decoded(("parking",), 80.0),
    ]
    free = [Decoded(("jane", "hard"), 92.0), Decoded(("the",), 70.0)]
    hypotheses, evidence = weigh(phrases, closed, free)
    assert [(each.text, each.source) for each in hypotheses] == [
        ("jane smith please", "closed"),
        ("jane smith", "closed"),
        ("parking", "closed"),
        ("jane hard", "free"),
        ("the", "free"),
    ]
    assert [(each.text, each.relative, each.per_token) for each in evidence] == [
        ("jane smith", -2.0, -1.0),
        ("jane smyth", -2.0, -1.0),
        ("parking", -12.0, -12.0),
    ]


def test_without_a_free_hypothesis_nothing_speaks_against_a_phrase() -> None:
    _, [evidence] = weigh(phrase_set("parking"), [Decoded(("parking",), 80.0)], [])
    assert evidence.relative == 0.0
