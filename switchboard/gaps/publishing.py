"""Publishing a draft only once stored calls say that it breaks none, and bringing gaps up to date.

A draft is judged by its last whole replay against the grammar that is in force now. What it breaks
stops it, unless somebody who may says why it must go out all the same.
"""

from __future__ import annotations

from datetime import UTC, datetime

from grammar.model import Grammar
from switchboard.errors import UserError
from switchboard.gaps.labelled import choose
from switchboard.gaps.replaying import draft_key
from switchboard.gaps.watching import settle
from switchboard.storage import audit, publishing, replays
from switchboard.storage.grammars import publish_grammar, published_grammar
from switchboard.storage.publishing import Publication
from switchboard.storage.replays import Replay, ReplayState
from switchboard.storage.store import Store


class NotReplayedError(UserError):
    """The draft has not been replayed against the grammar in force; the message says how to."""


class BreaksCallsError(UserError):
    """Stored calls go wrong under the draft. `replay` says which."""

    def __init__(self, replay: Replay) -> None:
        calls = "1 stored call" if replay.broken == 1 else f"{replay.broken} stored calls"
        super().__init__(
            f"{calls} that went right would go wrong under this draft; look at them, and change "
            "the draft, or override with a reason (switchboard grammar publish --override REASON)."
        )
        self.replay = replay


def needed(store: Store, published: Grammar | None, draft: Grammar) -> bool:
    """Whether the draft has to be replayed before it is published: not for the first publication,
    nor for what callers have already, nor before there are calls to judge it by."""
    if published is None or draft_key(published) == draft_key(draft):
        return False
    return choose(store, 1).calls > 0


def replay_for(store: Store, draft: Grammar) -> Replay | None:
    """The last replay of the draft against the grammar in force."""
    against = publishing.published_version(store)
    return replays.latest(store, draft_key(draft), against) if against else None


def publish_checked(
    store: Store, draft: Grammar, *, actor: str, reason: str = "", override: str = ""
) -> Publication:
    """Bring the draft into force, if its replay allows it, and mark what it releases.

    `override` is why it goes out although it breaks calls, for the audit log. Raises
    NotReplayedError and BreaksCallsError.
    """
    replay = None
    if needed(store, published_grammar(store), draft):
        replay = replay_for(store, draft)
        if replay is None or replay.state is not ReplayState.DONE:
            raise NotReplayedError(
                "The draft was not replayed against stored calls since it last changed; run: "
                "switchboard gaps replay."
            )
        if replay.broken and not override.strip():
            raise BreaksCallsError(replay)
    done = publish_grammar(store, draft, actor=actor, reason=reason or override)
    now = datetime.now(UTC)
    if replay is not None and replay.broken:
        with store.writing() as connection:
            audit.write(
                connection,
                "broken calls overridden",
                actor=actor,
                subject=f"grammar {draft.version}",
                name=draft.version,
                after={"broken": replay.broken, "replay": replay.id, "reason": override},
                at=now,
            )
    settle(store, draft, now=now)
    return done


def roll_back(
    store: Store, version: str | None = None, *, actor: str, reason: str = ""
) -> Publication:
    """Bring an earlier version back (see `storage.publishing.rollback`); what it hasn't is in the
    draft again."""
    done = publishing.rollback(store, version, actor=actor, reason=reason)
    settle(store, published_grammar(store), now=datetime.now(UTC))
    return done
