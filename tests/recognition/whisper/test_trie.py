from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from switchboard.recognition.whisper.trie import Node, PhraseTrie

PHRASES = st.lists(
    st.tuples(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.integers(0, 9)),
    min_size=1,
    max_size=20,
)


def endings(trie: PhraseTrie) -> set[tuple[tuple[int, ...], int]]:
    found = set()
    waiting: list[tuple[Node, tuple[int, ...]]] = [(trie.root, ())]
    while waiting:
        node, tokens = waiting.pop()
        branches = trie.branches(node)
        found |= {(tokens, text) for text in branches.ending}
        further = zip(branches.nodes, branches.tokens.tolist(), strict=True)
        waiting.extend((after, (*tokens, token)) for after, token in further)
    return found


@given(PHRASES)
def test_walking_the_trie_meets_every_phrase_and_nothing_else(
    phrases: list[tuple[list[int], int]],
) -> None:
    assert endings(PhraseTrie(phrases)) == {(tuple(tokens), text) for tokens, text in phrases}


@given(PHRASES)
def test_the_path_of_a_phrase_ends_where_its_text_does(
    phrases: list[tuple[list[int], int]],
) -> None:
    trie = PhraseTrie(phrases)
    for tokens, text in phrases:
        path = trie.path(tokens)
        assert len(path) == len(tokens)
        assert text in trie.branches(path[-1]).ending


def test_a_text_that_no_phrase_begins_with_has_no_path() -> None:
    assert PhraseTrie([([1, 2], 0)]).path([1, 3]) == []


def test_an_empty_grammar_is_an_empty_trie() -> None:
    trie = PhraseTrie([])
    assert trie.branches(trie.root).nodes == ()


@given(PHRASES, st.integers(1, 3))
def test_the_contexts_are_the_last_tokens_of_every_node(
    phrases: list[tuple[list[int], int]], length: int
) -> None:
    nodes = {tuple(tokens[:end]) for tokens, _ in phrases for end in range(1, len(tokens) + 1)}
    counts = Counter(node[-length:] for node in nodes)
    found = PhraseTrie(phrases).contexts(length)
    assert sorted(found) == sorted(counts)
    ranks = [(-len(context), counts[context]) for context in found]
    assert ranks == sorted(ranks)


def test_an_empty_trie_has_no_contexts() -> None:
    assert PhraseTrie([]).contexts(2) == []
