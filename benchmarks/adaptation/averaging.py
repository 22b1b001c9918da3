"""The mean of what was learnt before and after a further stretch of learning.

Between two ends of one path lies a model that hears both what the first and what the second knew
(Wortsman et al. 2022, "Model soups"). Factors are averaged, not their products: they are of one
path, so they lie near each other, and the rank stays.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np


@click.command()
@click.argument("before", type=click.Path(path_type=Path, exists=True))
@click.argument("after", type=click.Path(path_type=Path, exists=True))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The changes (.npz).")
def main(before: Path, after: Path, out: Path) -> None:
    """Average the changes of BEFORE and AFTER, which was learnt from it."""
    one, other = np.load(before), np.load(after)
    mean = {
        name: ((one[name].astype(np.float32) + other[name]) / 2).astype(np.float16) for name in one
    }
    np.savez_compressed(out, **mean)


if __name__ == "__main__":
    main()
