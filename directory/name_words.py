"""Words that stand among names without being names: titles, suffixes, notes, vacant posts."""

from __future__ import annotations

import re
from typing import Final

TITLES: Final = {
    "mr": "Mr", "mister": "Mr", "messrs": "Mr", "mrs": "Mrs", "missus": "Mrs", "ms": "Ms",
    "miss": "Miss", "mx": "Mx", "dr": "Dr", "doctor": "Dr", "prof": "Professor",
    "professor": "Professor", "rev": "Reverend", "revd": "Reverend", "rev'd": "Reverend",
    "reverend": "Reverend", "cllr": "Councillor", "councillor": "Councillor",
    "coun": "Councillor", "sir": "Sir", "dame": "Dame", "lord": "Lord", "lady": "Lady",
    "baroness": "Baroness", "baron": "Baron",
    "hon": "Hon", "the hon": "Hon", "rt hon": "Rt Hon", "the rt hon": "Rt Hon",
    "right honourable": "Rt Hon", "the right honourable": "Rt Hon", "capt": "Captain",
    "captain": "Captain", "maj": "Major", "col": "Colonel", "colonel": "Colonel",
    "sgt": "Sergeant", "fr": "Father", "father": "Father", "alderman": "Alderman",
    "ald": "Alderman", "master": "Master", "insp": "Inspector", "supt": "Superintendent",
    "lt": "Lieutenant", "canon": "Canon", "rev canon": "Reverend Canon",
    "revd canon": "Reverend Canon", "rev'd canon": "Reverend Canon",
    "reverend canon": "Reverend Canon",
}  # fmt: skip
"""British titles as they are said. nameparser's own list has the names Prince, Judge and Major."""

TITLES_BEHIND: Final = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "revd", "cllr", "councillor"}
)
"""Nobody is called so: taken from behind a name too, as payroll exports write it."""

OTHER_TITLES: Final = frozenset(
    {"adv", "archbishop", "archdeacon", "baronet", "bishop", "brig", "brigadier", "cardinal",
     "cdr", "cmdr", "count", "countess", "cpl", "cpt", "dato", "datuk", "duchess", "duke",
     "earl", "eng", "engr", "esq", "frau", "gen", "haji", "hajji", "hhj", "hrh", "imam",
     "judge", "justice", "lieutenant", "major", "marquess", "mlle", "mme", "mstr", "pastor",
     "prince", "princess", "pte", "rabbi", "rt", "shaikh", "sheikh", "shri", "sig", "smt",
     "sqn", "sr", "sra", "sri", "swami", "the", "ven", "venerable", "very", "viscount",
     "viscountess"}
)  # fmt: skip
"""Titles in a column of titles, where they are left as they are; in a name they are names."""

TITLES_ONLY_ALONE: Final = frozenset(
    {"lord", "lady", "baron", "master", "hon", "father", "captain", "col", "maj", "fr",
     "coun", "ald", "canon"}
)  # fmt: skip
"""Also names: never taken for a title where they are all there is before the surname."""

SUFFIXES: Final = {
    "obe": "OBE", "mbe": "MBE", "cbe": "CBE", "kbe": "KBE", "dbe": "DBE", "bem": "BEM",
    "cb": "CB", "cmg": "CMG", "kcb": "KCB", "gm": "GM", "dso": "DSO", "qc": "QC", "kc": "KC",
    "jp": "JP", "mp": "MP", "dl": "DL", "phd": "PhD", "dphil": "DPhil", "md": "MD", "mba": "MBA",
    "ba": "BA", "ma": "MA", "bsc": "BSc", "msc": "MSc", "bed": "BEd", "llb": "LLB", "llm": "LLM",
    "mphil": "MPhil", "pgce": "PGCE", "hons": "Hons", "frcs": "FRCS", "frcp": "FRCP",
    "mrcp": "MRCP", "rgn": "RGN", "rn": "RN", "dipsw": "DipSW", "cqsw": "CQSW", "mrtpi": "MRTPI",
    "mrics": "MRICS", "frics": "FRICS", "riba": "RIBA", "cpfa": "CPFA", "acca": "ACCA",
    "fcca": "FCCA", "aca": "ACA", "fca": "FCA", "cipfa": "CIPFA", "mcipd": "MCIPD",
    "fcipd": "FCIPD", "cmiosh": "CMIOSH", "ceng": "CEng", "mice": "MICE", "frsa": "FRSA",
    "frs": "FRS", "frgs": "FRGS", "jr": "Jr", "jnr": "Jr", "junior": "Jr", "sr": "Sr",
    "snr": "Sr", "senior": "Sr", "meng": "MEng", "beng": "BEng", "ii": "II", "iii": "III",
    "iv": "IV", "esq": "Esq",
}  # fmt: skip

SUFFIXES_ALSO_NAMES: Final = frozenset(
    {"ba", "ma", "bed", "cb", "gm", "dl", "junior", "senior", "mice", "rn", "aca", "meng"}
)
"""Also names: taken for a suffix only behind a whole name, and only after a comma ("Jo Smith, MA"),
beside another suffix, or written as one among small letters ("Jo Smith MA")."""

SUFFIXES_ALSO_INITIALS: Final = frozenset({"jp", "mp", "qc", "kc", "md"})
"""Also initials, or Mohammed for short: "Smith, JP" has no other forename."""

MAIDEN: Final = re.compile(r"(?:n[ée?]e|formerly|prev(?:iously)?|was)\b\.?:?\s*(.*)", re.IGNORECASE)
NOTE: Final = re.compile(
    r"temp(?:orary)?|agency|contractor|consultant|interim|acting|secondment|seconded.*|locum|"
    r"mat(?:ernity)?\.? (?:leave|cover)|maternity|job ?share|part[ -]?time|full[ -]?time|p/?t|f/?t|"
    r"left|leaver|new|new starter|on leave|sick|term time.*|mon.*|tue.*|wed.*|thu.*|fri.*|am|pm|"
    r"deceased|do not use|duplicate|vacant|retired|trainee|apprentice|volunteer|cover|"
    r"sab+atical|casual|bank|deputy|manager|he/him|she/her|they/them|she/they|he/they|\d.*",
    re.IGNORECASE,
)
"""What people write in brackets beside a name that is not a name."""

VACANT: Final = re.compile(
    r".*\bvacan(?:t|cy)\b.*|to be (?:appointed|recruited|confirmed|advised|filled)|"
    r"no post ?holder|recruit(?:ing|ment)(?: in progress)?|unfilled|(?:tbc|tba|tbd)\b.*|"
    r"post deleted",
    re.IGNORECASE,
)
"""Says by itself that nobody holds the post."""

DUMMY: Final = frozenset(
    {"test", "testing", "dummy", "user", "spare", "unallocated", "unassigned", "unused",
     "deleted", "example", "new", "starter", "post", "n/a", "unknown", "none", "-", "x",
     "xx", "xxx", "agency", "worker", "null", "nil", "nan", "blank"}
)  # fmt: skip
"""Names nobody when the whole name is made of them: "Test Test", "New Starter"."""

DUMMY_PHRASE: Final = "do not use"
"""Its words are not dummies by themselves: Do is a surname."""

BEHIND_O: Final = frozenset(
    {"beirne", "brien", "byrne", "callaghan", "carroll", "connell", "connor", "conor", "dea",
     "doherty", "donnell", "donoghue", "donovan", "dowd", "driscoll", "dwyer", "farrell",
     "flaherty", "flynn", "gara", "gorman", "grady", "hagan", "halloran", "hanlon", "hara",
     "hare", "keefe", "keeffe", "leary", "loughlin", "mahoney", "mahony", "malley", "meara",
     "neal", "neil", "neill", "regan", "reilly", "riordan", "rourke", "shaughnessy", "shea",
     "sullivan", "toole"}
)  # fmt: skip
"""What follows O' in Irish surnames: "Sean O Neill" has no middle initial."""
