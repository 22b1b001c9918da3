"""What people and systems do to names: capitals, brackets, titles, commas, broken Unicode."""

from __future__ import annotations

import random
import re
import unicodedata

from benchmarks.organisation.rows import Row

LOWER_PARTICLES = frozenset({"van", "der", "den", "von"})
CERTAIN_MAC = re.compile(r"Mac(donald|leod|lean|gregor|pherson)")
TITLE_SPELLINGS = {
    "Mr": ("Mr.", "MR", "mr"),
    "Mrs": ("Mrs.", "MRS", "mrs"),
    "Ms": ("Ms.", "MS", "ms"),
    "Miss": ("MISS", "miss"),
    "Dr": ("Dr.", "DR", "Doctor"),
    "Professor": ("Prof", "Prof."),
    "Reverend": ("Rev", "Revd"),
    "Councillor": ("Cllr.", "CLLR", "Councillor"),
}


def usual_capitals(name: str) -> str:
    """A name in the capitals that a careful cleanser gives when it knows nothing of the person."""

    def part(match: re.Match[str]) -> str:
        word = match[0].casefold()
        if word in LOWER_PARTICLES:
            return word
        word = word.capitalize()
        if word.startswith("Mc") and len(word) > 3:
            return f"Mc{word[2:].capitalize()}"
        if CERTAIN_MAC.fullmatch(word):
            return f"Mac{word[3:].capitalize()}"
        return word

    return re.sub(r"[^\s'-]+", part, name)


def distort_name(row: Row, rng: random.Random) -> None:
    """At most one distortion of a name's shape, one of its capitals and one of its characters."""
    chance = rng.random()
    for limit, distort in SHAPES:
        if chance < limit:
            distort(row, rng)
            break
    if row.truth["title"] in TITLE_SPELLINGS and rng.random() < 0.012 and row.cells["Title"]:
        spelling = rng.choice(TITLE_SPELLINGS[row.truth["title"]])
        row.soil("title:spelling", {"Title": spelling})
    if rng.random() < 0.035:
        _capitals(row, rng)
    _characters(row, rng)


def _known_as_in_forename(row: Row, rng: random.Random) -> None:
    forename, known_as = row.cells["Forename"], row.cells["Known As"]
    if known_as:
        style = rng.choice(("{} ({})", '{} "{}"', "{} '{}'", "{} “{}”", "{} aka {}"))
        cells = {"Forename": style.format(forename, known_as), "Known As": ""}
        row.soil("forename:known_as", cells)


def _surname_first(row: Row, rng: random.Random) -> None:
    if row.truth["suffix"]:
        return
    forename, surname = row.cells["Forename"], row.cells["Surname"]
    whole = f"{surname}, {forename}"
    where, other = rng.choice((("Forename", "Surname"), ("Surname", "Forename")))
    row.soil("name:surname_first", {where: whole, other: ""})


def _title_in_forename(row: Row, rng: random.Random) -> None:
    title = row.cells["Title"]
    if title:
        stop = rng.choice(("", "."))
        row.soil(
            "forename:title", {"Forename": f"{title}{stop} {row.cells['Forename']}", "Title": ""}
        )


def _middle_name_in_forename(row: Row, _rng: random.Random) -> None:
    middle = row.cells["Middle Names"]
    if middle:
        cells = {"Forename": f"{row.cells['Forename']} {middle}", "Middle Names": ""}
        row.soil("forename:middle_names", cells, undecidable=("forename", "middle_names"))


def _former_surname(row: Row, rng: random.Random) -> None:
    if row.truth["suffix"] or row.truth["title"] not in {"Mrs", "Ms"}:
        return
    former = rng.choice([name for name in FORMER_SURNAMES if name != row.truth["surname"]])
    style = rng.choice(("{} (née {})", "{} (nee {})", "{} nee {}"))
    row.truth["former_surname"] = former
    row.soil("surname:former", {"Surname": style.format(row.cells["Surname"], former)})


FORMER_SURNAMES = ("Hall", "Price", "Doyle", "Sharma", "Lewis", "Bello", "Carr", "Nowak", "Akhtar")
SHAPES = (
    (0.09, _known_as_in_forename),
    (0.105, _surname_first),
    (0.117, _title_in_forename),
    (0.137, _middle_name_in_forename),
    (0.152, _former_surname),
)


def _capitals(row: Row, rng: random.Random) -> None:
    if "name:surname_first" in row.dirt:
        fields = ["Forename" if row.cells["Forename"] else "Surname"]
    else:
        fields = rng.choice((["Surname"], ["Surname"], ["Forename", "Surname"]))
    lower = rng.random() < 0.3
    what = "lower_case" if lower else "capitals"
    for heading in fields:
        value = row.cells[heading]
        row.soil(
            f"{heading.casefold()}:{what}",
            {heading: value.lower() if lower else value.upper()},
        )
    doubt_capitals(row, lower=lower)


def doubt_capitals(row: Row, *, lower: bool) -> None:
    """Note which names can't be had back from capitals alone, such as Mackay or De Luca."""
    for fact in ("forename", "surname", "known_as", "suffix"):
        truth = row.truth[fact]
        if usual_capitals(truth.lower() if lower else truth.upper()) != truth:
            row.undecidable.add(fact)


def _characters(row: Row, rng: random.Random) -> None:
    for heading in ("Forename", "Surname"):
        value = row.cells[heading]
        field = heading.casefold()
        if not value.isascii():
            chance = rng.random()
            if chance < 0.25 and unicodedata.normalize("NFD", value) != value:
                row.soil(f"{field}:decomposed", {heading: unicodedata.normalize("NFD", value)})
            elif chance < 0.37:
                _read_as_the_wrong_encoding(row, heading)
            elif chance < 0.42:
                lost = value.encode("ascii", "replace").decode()
                # Brackets and commas bring other names into this cell: they are lost with it.
                shaped = any(
                    code in row.dirt for code in ("forename:known_as", "name:surname_first")
                )
                lost_names = ("forename", "surname", "known_as") if shaped else (field,)
                row.soil(f"{field}:lost_characters", {heading: lost}, undecidable=lost_names)
        elif "'" in value and "aka" not in value and rng.random() < 0.25:
            mark = rng.choice("’`´")
            row.soil(f"{field}:apostrophe", {heading: value.replace("'", mark)})


def _read_as_the_wrong_encoding(row: Row, heading: str) -> None:
    try:
        garbled = row.cells[heading].encode().decode("cp1252")
    except UnicodeDecodeError:
        return  # Windows has no character for one of the bytes, so nobody ever sees this garble.
    row.soil(f"{heading.casefold()}:mojibake", {heading: garbled})
