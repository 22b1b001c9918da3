"""Which failed utterances are the same gap: of one kind, about one entry, alike in sound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grammar.confusion import sound_similarity
from grammar.gaps.kinds import Finding, GapKind

SAME = 0.7
"""Similarity of sound from which two utterances about one entry are one gap. Raising it splits what
the engine wrote differently each time."""

SAME_UNLABELLED = 0.85
"""As before where nobody said who was meant, so that only the sound speaks for it."""

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
        if cluster.kind is finding.kind and cluster.position == finding.position:
            alike = 1.0 if finding.kind in _WHOLE and meant else None
            if cluster.meant == meant:
                alike = alike or _alike(finding, cluster)
                if alike >= (SAME if meant or not finding.sound else SAME_UNLABELLED):
                    same.append((alike, -cluster.id, cluster))
                continue
        if not meant and cluster.meant and finding.sound:
            alike = _alike(finding, cluster)
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


def _alike(finding: Finding, cluster: Cluster) -> float:
    if not finding.sound and not cluster.sound:
        return 1.0
    return sound_similarity(finding.sound, cluster.sound) if finding.sound else 0.0
