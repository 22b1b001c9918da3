"""One row of the export with the truth behind it, before and while dirt falls on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.organisation.people import Staff

HEADINGS = (
    "Staff ID",
    "Title",
    "Forename",
    "Known As",
    "Middle Names",
    "Surname",
    "Job Title",
    "Department",
    "Team",
    "Site",
    "Extension",
    "Direct Line",
    "Mobile",
    "E-mail",
    "Ex-directory",
    "Not for external callers",
    "Member",
    "Leaving date",
)
TRUTH_HEADINGS = (
    "row",
    "kind",
    "staff_id",
    "title",
    "forename",
    "known_as",
    "middle_names",
    "surname",
    "suffix",
    "former_surname",
    "job_title",
    "department",
    "team",
    "site",
    "extension",
    "direct_line",
    "mobile",
    "email",
    "ex_directory",
    "not_for_external",
    "member",
    "leaves",
    "duplicate_of",
    "duplicate_kind",
    "facts",
    "undecidable",
    "dirt",
)


@dataclass(slots=True)
class Row:
    """The cells as exported, by heading; the truth, by the field names of `directory.model`.

    `undecidable` names fields that nothing in the row gives away: to ask is right, to guess wrong.
    `dirt` holds codes `field:what`.
    """

    cells: dict[str, str]
    truth: dict[str, str]
    dirt: list[str] = field(default_factory=list)
    undecidable: set[str] = field(default_factory=set)
    duplicates: Row | None = None

    def soil(self, what: str, cells: dict[str, str], *, undecidable: tuple[str, ...] = ()) -> None:
        """Overwrite these cells (by heading) and record why."""
        self.cells |= cells
        self.dirt.append(what)
        self.undecidable.update(undecidable)

    def copy(self) -> Row:
        return Row(dict(self.cells), dict(self.truth), list(self.dirt), set(self.undecidable), self)


def national(number: str) -> str:
    """E.164 as a careful British typist writes it: 020 8313 5001, 07700 900123."""
    if number.startswith("+4420"):
        return f"020 {number[5:9]} {number[9:]}"
    return f"0{number[3:7]} {number[7:]}" if number else ""


def clean_row(person: Staff) -> Row:
    """The row that a tidy export would hold."""
    name, post = person.name, person.post
    yes_no = {True: "Y", False: "N"}
    cells = {
        "Staff ID": person.staff_id,
        "Title": "Cllr" if name.title == "Councillor" else name.title,
        "Forename": name.forename,
        "Known As": name.known_as,
        "Middle Names": name.middle_names,
        "Surname": name.surname,
        "Job Title": post.job_title,
        "Department": person.department,
        "Team": post.team,
        "Site": post.site,
        "Extension": person.extension,
        "Direct Line": national(person.direct_line),
        "Mobile": national(person.mobile),
        "E-mail": person.email,
        "Ex-directory": yes_no[person.ex_directory],
        "Not for external callers": yes_no[person.not_for_external],
        "Member": yes_no[person.member],
        "Leaving date": person.leaves.strftime("%d/%m/%Y") if person.leaves else "",
    }
    truth = dict.fromkeys(TRUTH_HEADINGS, "")
    truth |= {
        "kind": "person",
        "staff_id": person.staff_id,
        "title": name.title,
        "forename": name.forename,
        "known_as": name.known_as,
        "middle_names": name.middle_names,
        "surname": name.surname,
        "suffix": name.suffix,
        "job_title": post.job_title,
        "department": person.department,
        "team": post.team,
        "site": post.site,
        "extension": person.extension,
        "direct_line": person.direct_line,
        "mobile": person.mobile,
        "email": person.email,
        "ex_directory": "yes" if person.ex_directory else "no",
        "not_for_external": "yes" if person.not_for_external else "no",
        "member": "yes" if person.member else "no",
        "leaves": person.leaves.isoformat() if person.leaves else "",
        "facts": ";".join(person.facts),
    }
    row = Row(cells, truth)
    if name.suffix:
        row.soil("surname:suffix", {"Surname": f"{name.surname} {name.suffix}"})
    return row
