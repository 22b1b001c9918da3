"""Kamailio's dispatcher in front of two switchboards: one dies, new calls find the other."""

from __future__ import annotations

from pathlib import Path

from tests.telephony import scenarios as s
from tests.telephony.peers import kamailio, sipp, worker


def test_new_calls_find_the_other_worker_when_one_is_killed(tmp_path: Path) -> None:
    hello = s.scenario(tmp_path / "c.xml", s.invite(), s.answered(), s.pause(0.3), s.hang_up())
    after = s.scenario(tmp_path / "d.xml", s.invite(), s.answered(), s.pause(0.3), s.hang_up())
    balancer = "127.0.0.9"
    with (
        worker(tmp_path, balancer) as first,
        worker(tmp_path, balancer) as second,
    ):
        listed = tmp_path / "dispatcher.list"
        listed.write_text(f"1 sip:{first.uri} 0 0\n1 sip:{second.uri} 0 0\n")
        with kamailio(tmp_path, "dispatcher", balancer, LIST=str(listed)) as front:
            with sipp(hello, front.uri, calls=10, at_once=10, rate=5) as callers:
                callers.succeed()
            shares = [each.log.count("call") for each in (first, second)]
            assert sum(shares) == 10
            assert min(shares) > 0
            first.kill()
            with sipp(after, front.uri, calls=20, at_once=20, rate=10) as callers:
                callers.succeed()
            assert second.log.count("call") == shares[1] + 20
