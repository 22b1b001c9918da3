"""`python -m benchmarks.organisation --people 50000 --out DIR` writes a made-up organisation."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.organisation.export import FEWEST_PEOPLE, write_organisation

SAMPLE = Path(__file__).parents[2] / "directory" / "sample"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.organisation", description=__doc__)
    parser.add_argument(
        "--people", type=int, default=1230, help="different persons, members included (1230)"
    )
    parser.add_argument("--seed", type=int, default=2010, help="another seed, another council")
    parser.add_argument(
        "--out", type=Path, default=SAMPLE, help="folder to write to (the shipped sample)"
    )
    options = parser.parse_args()
    if options.people < FEWEST_PEOPLE:
        parser.error(f"--people must be {FEWEST_PEOPLE} or more")
    write_organisation(options.out, people=options.people, seed=options.seed)
    print(f"{options.people} people and their departments written to {options.out}")


if __name__ == "__main__":
    main()
