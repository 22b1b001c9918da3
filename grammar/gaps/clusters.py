"""Which failed utterances are the same gap: of one kind, about one entry, alike in sound."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from grammar.confusion import sound_similarity
from grammar.gaps.kinds import Finding, GapKind

SAME = 0.7
"""Similarity of sound from which two utterances about one entry are one gap. Raising it splits what
the engine wrote differently each time."""

SAME_UNLABELLED = 0.85
"""As before where nobody said who was meant, so that only the sound speaks for it."""

_CONTAINED = 0.85
"""Share of a text's phones that another text must hold in one stretch to contain it. Raising it
sees less of what stands among words that were heard badly."""

_FAR = 0.4
"""Plain similarity of phones below which the weighted one is not above SAME in practice."""

_SHORTEST = 4
"""Phones. What is shorter is contained in anything."""

_LONGEST_NAME = 4
"""Words of a name that is looked for in several utterances."""

_NAMES = frozenset({GapKind.MISSING_ALIAS, GapKind.PRONUNCIATION})
"""Kinds between which one hearing and the next may differ though the caller says the same."""

_WHOLE = frozenset({GapKind.NOISE, GapKind.STALE_DATA, GapKind.SAME_NAME})
"""Kinds of which an entry has one gap, whatever the words."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """`id` is the caller's own; `meant` an entry's key or ""."""

    id: int
    kind: GapKind
    meant: str
    sound: str
    position: str = ""


def meant_of(finding: Finding, meant: str) -> str:
    """The entry that a gap is about: a carrier phrase is about nobody in particular."""
    return "" if finding.kind is GapKind.CARRIER_PHRASE else meant


def nearest(finding: Finding, meant: str, clusters: Iterable[Cluster]) -> Cluster | None:
    """The cluster that the finding belongs to, or None when it is the first of its own.

    An utterance that nobody labelled may join a labelled cluster, if it sounds like that one alone.
    """
    meant = meant_of(finding, meant)
    same, labelled = [], []
    for cluster in clusters:
        if cluster.meant == meant and _one_kind(finding, cluster, meant):
            alike = _alike(finding, cluster, labelled=bool(meant))
            if alike >= (SAME if meant or not finding.sound else SAME_UNLABELLED):
                same.append((alike, -cluster.id, cluster))
        elif not meant and cluster.meant and finding.sound:
            alike = _roughly(finding.sound, cluster.sound)
            if alike >= SAME_UNLABELLED:
                labelled.append((alike, -cluster.id, cluster))
    if len({cluster.meant for _, _, cluster in labelled}) == 1:
        return max(labelled, key=lambda item: item[:2])[2]
    return max(same, key=lambda item: item[:2])[2] if same else None


def middle(said: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Of (text, phones), the one that sounds most like all the others; ties: the commonest, then
    the shortest, then by the alphabet. Raises ValueError for none."""
    texts = sorted(set(said), key=lambda each: (-said.count(each), len(each[0]), each[0]))
    if not texts:
        raise ValueError("a cluster has at least one utterance")
    return max(
        texts,
        key=lambda one: (
            sum(sound_similarity(one[1], other[1]) for other in said),
            -texts.index(one),
        ),
    )


def common_name(
    said: Sequence[tuple[str, str]], sound: Callable[[str], str], around: Set[str]
) -> tuple[str, str]:
    """The words that most of these (text, phones) share, which are what callers call somebody; for
    one utterance, all of it.

    "could you pat me through to bin men" and "bin men place" are both about the bin men. `around`
    are words of carrier phrases, with which no name begins or ends.
    """
    texts = sorted(set(said))
    if len(texts) < 2:  # noqa: PLR2004  one alone shares nothing with anything
        return middle(said)
    found: dict[str, str] = {}
    for text, _ in texts:
        words = text.split()
        for start in range(len(words)):
            for end in range(start + 1, min(start + _LONGEST_NAME, len(words)) + 1):
                if not {words[start], words[end - 1]} & around:
                    name = " ".join(words[start:end])
                    found.setdefault(name, sound(name))
    shared = {
        (name, phones): sum(contains(other, phones) for _, other in said)
        for name, phones in found.items()
        if len(phones) >= _SHORTEST
    }
    most = [each for each, hits in shared.items() if hits * 2 > len(said)]
    if not most:
        return middle(said)
    return max(most, key=lambda each: (shared[each] * len(each[1]), -len(each[0]), each[0]))


def contains(sound: str, part: str) -> bool:
    """Whether some stretch of the one sounds like the other."""
    if len(part) < _SHORTEST or len(part) > len(sound):
        return sound_similarity(sound, part) >= _CONTAINED
    return fuzz.partial_ratio(part, sound) >= 100 * _CONTAINED


def _one_kind(finding: Finding, cluster: Cluster, meant: str) -> bool:
    if cluster.position != finding.position:
        return False
    names = bool(meant) and {cluster.kind, finding.kind} <= _NAMES
    return cluster.kind is finding.kind or names


def _alike(finding: Finding, cluster: Cluster, *, labelled: bool) -> float:
    """Similarity in [0, 1]; 1 where the kind and the entry say it already, or one is a part."""
    if labelled and finding.kind in _WHOLE:
        return 1.0
    if not finding.sound or not cluster.sound:
        return float(finding.sound == cluster.sound)
    if labelled and finding.kind in _NAMES:
        shorter, longer = sorted((finding.sound, cluster.sound), key=len)
        if contains(longer, shorter):
            return 1.0
    return _roughly(finding.sound, cluster.sound)


def _roughly(sound: str, other: str) -> float:
    """Similarity of sound, 0 where it is far below what counts: the plain ratio is a hundred times
    faster, and there may be thousands of gaps."""
    if not Indel.normalized_similarity(sound, other, score_cutoff=_FAR):
        return 0.0
    return sound_similarity(sound, other)
