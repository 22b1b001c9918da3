"""Learns low-rank changes to Whisper's weights: `python -m benchmarks.adaptation.train`.

Needs PyTorch and pyworld, which are no dependencies of the project.
"""

from __future__ import annotations

import math
import random
from itertools import count
from pathlib import Path

import click
import numpy as np
import torch
import torch.nn.functional as f

from benchmarks.adaptation.hearing import Batch, batches, crowd_of, spoken_by_machines
from benchmarks.adaptation.model import Whisper
from benchmarks.adaptation.people import spoken_by_people
from switchboard.recognition.whisper.ear import tokenizer_of
from switchboard.recognition.whisper.model import MODEL, MODELS, TINY, TOKENIZER
from switchboard.recognition.whisper.weights import read_weights

ROOT = Path(__file__).parents[2]
HUMAN = ROOT.parent / "shared" / "human-dev"
SIZE = 16
RATE = 1e-3
WARM_UP = 60
SHARE = 0.65
"""How much of what was learnt is kept: models half-way hear unknown speakers better (Wortsman et
al. 2022, "Robust fine-tuning of zero-shot models"). Raising it suits synthetic voices. After 500
steps real people's names cost 5.7 nats at 0.5, 5.9 at 0.7, 7.2 at 1, and 7.8 without adaptation."""
PEOPLE_AGAIN = 2
"""How often in each round each recording of a real person comes, each time over another line."""


def loss_of(model: Whisper, given: Batch) -> torch.Tensor:
    """Mean negative log-likelihood of the texts' tokens."""
    tokens = torch.from_numpy(given.tokens)
    states = model.decode(model.encode(torch.from_numpy(given.mel)), tokens)
    learnt = torch.from_numpy(given.learnt)
    wanted = tokens.roll(-1, 1)[learnt]
    return f.cross_entropy(model.logits(states[learnt]), wanted)


def rate_at(step: int, steps: int) -> float:
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / max(1, steps - WARM_UP)))


@click.command()
@click.option("--model", "name", type=click.Choice(list(MODELS)), default=TINY.name)
@click.option("--speech", type=click.Path(path_type=Path), required=True, help="Its folder.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The changes (.npz).")
@click.option("--steps", default=1500, show_default=True)
@click.option("--threads", default=1, show_default=True)
@click.option("--begin", type=click.Path(path_type=Path), help="Changes to go on from (.npz).")
@click.option("--rate", default=RATE, show_default=True, help="The highest rate of learning.")
@click.option("--first-round", default=0, show_default=True, help="Another one hears other lines.")
@click.option("--human", type=click.Path(path_type=Path), default=HUMAN, help="Real recordings.")
def main(
    *,
    name: str,
    speech: Path,
    out: Path,
    steps: int,
    threads: int,
    begin: Path | None,
    rate: float,
    first_round: int,
    human: Path,
) -> None:
    """Learn, and write the changes as float16."""
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    random.seed(1)
    files = MODELS[name].plain()
    told = tokenizer_of(MODELS[name], files[TOKENIZER])
    model = Whisper(read_weights(files[MODEL], ""))
    if begin:
        read(model, begin)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate_at(step, steps))
    people = []
    if (human / "manifest.jsonl").is_file():
        people = spoken_by_people(human, speech / "people.json")
    click.echo(f"{len(people)} recordings of people, {len(list(model.parameters())) // 2} weights")
    step, lately = 0, 0.0
    for round_ in count(first_round):
        machines = spoken_by_machines(speech)
        said = [*machines, *people * PEOPLE_AGAIN]
        for given in batches(said, crowd_of(machines, round_), SIZE, round_, told):
            with torch.autocast("cpu", torch.bfloat16):
                loss = loss_of(model, given)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            step += 1
            lately = loss.item() if step == 1 else 0.98 * lately + 0.02 * loss.item()
            if step % 25 == 0:
                click.echo(f"step {step} loss {lately:.3f} ({len(said)} utterances)")
            if step % 100 == 0 or step == steps:
                write(model, out)
            if step == steps:
                return


def read(model: Whisper, begin: Path) -> None:
    """All that was learnt, though only a share of it was written."""
    arrays = np.load(begin)
    with torch.no_grad():
        for name, linear in model.changes().items():
            linear.up.copy_(torch.from_numpy(arrays[f"{name}:up"].astype(np.float32) / SHARE))
            linear.down.copy_(torch.from_numpy(arrays[f"{name}:down"].astype(np.float32)))


def write(model: Whisper, out: Path) -> None:
    with torch.no_grad():
        arrays = {
            f"{name}:{side}": (share * getattr(linear, side)).numpy().astype(np.float16)
            for name, linear in model.changes().items()
            for side, share in (("up", SHARE), ("down", 1.0))
        }
    np.savez_compressed(out, **arrays)


if __name__ == "__main__":
    main()
