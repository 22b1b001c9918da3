from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from grammar.phones import to_ipa
from grammar.pronunciation import shipped_pronunciations
from switchboard.storage import additions, import_drafts
from switchboard.storage.additions import AddedAlias
from switchboard.storage.directories import load_directory
from switchboard.storage.import_undo import can_be_undone
from switchboard.storage.imports import imports
from switchboard.storage.reviews import reviews
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from tests.admin.conftest import DEPARTMENTS, STAFF, fill

NEXT_STAFF = """Nummer,First,Last,What,Where,Phone
1,Jane,Smith,Planner,Housing,5001
3,Rakesh,Sen,Warden,Housing,5003
4,Siobhan,Featherstonehaugh,Director,Planning,5004
5,Jon,Ashe,Plumber,Housing,5005
6,Jonathan,Ashe,Plumber,Housing,5005
9,  MARY  ,o'neill,Clerk,Planning,5009
"""


def _upload(browser: FlaskClient, staff: str, name: str = "staff.csv", **more: str) -> str:
    """Uploads, and gives the address at which the import is prepared."""
    data: dict[str, object] = {"people": (io.BytesIO(staff.encode()), name)}
    data |= {key: (io.BytesIO(text.encode()), f"{key}.csv") for key, text in more.items()}
    answer = browser.post("/imports/new", data=data)
    assert answer.status_code == 302
    return str(answer.location).removesuffix("/columns")


def _ready(browser: FlaskClient, draft: str) -> str:
    for _ in range(60):
        page = browser.get(draft)
        assert page.status_code == 200
        if 'http-equiv="refresh"' not in page.text:
            return page.text
    pytest.fail("the import was never prepared")


def test_searching_finds_by_parts_of_names_jobs_and_numbers(admin: FlaskClient) -> None:
    assert "Rakesh Sen" in admin.get("/directory?q=rak").text
    assert "Rakesh Sen" in admin.get("/directory?q=warden").text
    assert "Rakesh Sen" in admin.get("/directory?q=5003").text
    assert "Nobody is like that" in admin.get("/directory?q=xyzzy").text


def test_searching_finds_by_what_was_added_at_once(admin: FlaskClient, kept: Store) -> None:
    assert "Rakesh Sen" not in admin.get("/directory?q=caretaker").text
    additions.add_alias(kept, AddedAlias("3", "the caretaker"), actor="test")
    assert "Rakesh Sen" in admin.get("/directory?q=caretaker").text
    additions.remove_alias(kept, AddedAlias("3", "the caretaker"), actor="test")
    assert "Rakesh Sen" not in admin.get("/directory?q=caretaker").text


def test_the_answer_while_typing_is_the_list_alone(admin: FlaskClient) -> None:
    text = admin.get("/directory/search?q=rak").text
    assert "Rakesh Sen" in text
    assert "<html" not in text


def test_a_long_list_comes_in_pages_also_while_typing(admin: FlaskClient, kept: Store) -> None:
    many = [f"Longname{first}{second}" for first in "abcde" for second in "abcdef"]
    rows = [f"{100 + at},Ann,{name},Clerk,Housing,,\n" for at, name in enumerate(many)]
    fill(kept, STAFF + "".join(rows))
    pages = [admin.get(f"/directory?q=longname&page={number}").text for number in (1, 2)]
    assert "1 to 25 shown" in pages[0]
    assert "26 to 30 shown" in pages[1]
    assert [name in pages[0] for name in many] == [True] * 25 + [False] * 5
    assert [name in pages[1] for name in many] == [False] * 25 + [True] * 5
    assert "/directory?q=longname&amp;page=2" in admin.get("/directory/search?q=longname").text


def test_an_entry_says_how_it_is_asked_for_and_how_that_sounds(admin: FlaskClient) -> None:
    text = admin.get("/directory/entry/4").text
    assert "siobhan featherstonehaugh" in text
    assert "/ʃɪvɔːn" in text
    assert "In force" in text
    assert admin.get("/directory/entry/none").status_code == 404


def test_an_entry_says_who_sounds_like_it(admin: FlaskClient) -> None:
    text = admin.get("/directory/alike/1").text
    assert "The same words mean Jane Smith (Housing)" in text


def test_an_alias_is_added_at_once_when_it_collides_with_nothing(
    admin: FlaskClient, kept: Store
) -> None:
    answer = admin.post("/directory/alias/add/3", data={"text": "The Caretaker"})
    assert answer.status_code == 302
    assert additions.aliases(kept) == (AddedAlias("3", "the caretaker"),)
    assert "Not published yet" in admin.get("/directory/entry/3").text


def test_an_alias_that_collides_is_added_only_when_that_was_seen(
    admin: FlaskClient, kept: Store
) -> None:
    warned = admin.post("/directory/alias/add/3", data={"text": "jane smith"})
    assert warned.status_code == 200
    assert "callers will be asked which" in warned.text
    assert additions.aliases(kept) == ()
    admin.post("/directory/alias/add/3", data={"text": "jane smith", "seen": "1"})
    assert additions.aliases(kept) == (AddedAlias("3", "jane smith"),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("operator", "as a command"),
        ("rakesh sen", "can be said already"),
        ("...", "no words"),
        ("", "Enter what callers say"),
    ],
)
def test_an_alias_that_is_of_no_use_is_refused(
    admin: FlaskClient, kept: Store, text: str, reason: str
) -> None:
    answer = admin.post("/directory/alias/add/3", data={"text": text, "seen": "1"})
    assert answer.status_code == 422
    assert reason in answer.text
    assert additions.aliases(kept) == ()


def test_an_alias_is_removed(admin: FlaskClient, kept: Store) -> None:
    additions.add_alias(kept, AddedAlias("3", "the caretaker"), actor="test")
    admin.post("/directory/alias/remove/3", data={"text": "the caretaker"})
    assert additions.aliases(kept) == ()


def test_a_pronunciation_is_set_shown_and_taken_back(admin: FlaskClient, kept: Store) -> None:
    admin.post("/directory/pronunciation/3", data={"word": "sen", "spoken": "SAYN"})
    assert additions.pronunciations(kept) == {"sen": "SAYN"}
    forename = to_ipa(shipped_pronunciations()["rakesh"])
    assert f"{forename}seɪn/" in admin.get("/directory/entry/3").text
    admin.post("/directory/pronunciation/3", data={"word": "sen", "spoken": ""})
    assert additions.pronunciations(kept) == {}


def test_a_pronunciation_that_can_not_be_said_is_refused(admin: FlaskClient, kept: Store) -> None:
    answer = admin.post("/directory/pronunciation/3", data={"word": "sen", "spoken": "S3N!"})
    assert answer.status_code == 422
    assert "neither a respelling nor IPA" in answer.text
    another = admin.post("/directory/pronunciation/3", data={"word": "smith", "spoken": "SMITH"})
    assert another.status_code == 422  # not a word of this entry
    assert additions.pronunciations(kept) == {}


def test_a_viewer_sees_no_button_that_the_server_would_refuse(
    as_role: Callable[[Role], FlaskClient],
) -> None:
    viewer = as_role(Role.VIEWER)
    for page in ("/directory/entry/3", "/imports", "/imports/1", "/reviews", "/grammar"):
        forms = re.findall(r'<form method="post" action="([^"]+)"', viewer.get(page).text)
        assert {form for form in forms if form != "/sign-in/out"} <= {"/reviews/decide?kind="}
    assert "Decide</button>" not in viewer.get("/reviews").text


def test_an_import_is_mapped_previewed_applied_and_undone(admin: FlaskClient, kept: Store) -> None:
    before = load_directory(kept)
    draft = _upload(admin, NEXT_STAFF)
    page = admin.get(f"{draft}/columns")
    assert "MARY" not in page.text  # three examples, no more
    chosen = {
        "people-0": "staff_number", "people-1": "forename", "people-2": "surname",
        "people-3": "job_title", "people-4": "department", "people-5": "extension",
    }  # fmt: skip
    answer = admin.post(f"{draft}/columns", data=chosen)
    assert answer.location == draft
    preview = _ready(admin, draft)
    assert "Mary O&#39;Neill" in preview
    assert load_directory(kept) == before
    report = admin.post(f"{draft}/apply")
    after = {person.key: person for person in load_directory(kept).people}
    assert after["9"].full_name == "Mary O'Neill"
    assert after["1"].department == "Housing"
    assert after["2"].left
    assert imports(kept)[0].source.actor == "a-administrator"
    assert admin.get(draft).status_code == 404  # the file is gone
    assert "Undo this import" in admin.get(report.location).text
    admin.post(f"{report.location}/undo")
    assert load_directory(kept) == before
    assert can_be_undone(kept) is None


def test_doubts_are_decided_before_applying_and_carried_out_with_it(
    admin: FlaskClient, kept: Store
) -> None:
    staff = STAFF.replace("Jonathan,Ashe", "Jonathon,Ashe")
    draft = _upload(admin, staff, departments=DEPARTMENTS)
    preview = _ready(admin, draft)
    keys = re.findall(r'name="verdict-([^"]+)" value="accepted"', preview)
    assert keys
    admin.post(f"{draft}/decide", data={f"verdict-{key}": "accepted" for key in keys})
    assert f'name="verdict-{keys[0]}" value="accepted" checked' in _ready(admin, draft)
    admin.post(f"{draft}/apply")
    made = {each.item.key: each for each in reviews(kept)}
    assert all(made[key].verdict == "accepted" for key in keys)
    assert all(made[key].decided_by == "a-administrator" for key in keys)


def test_an_import_by_which_everybody_leaves_is_questioned(admin: FlaskClient, kept: Store) -> None:
    before = load_directory(kept)
    draft = _upload(admin, "Nummer,First,Last\n77,Rosalind,Quill\n")
    chosen = {"people-0": "staff_number", "people-1": "forename", "people-2": "surname"}
    admin.post(f"{draft}/columns", data=chosen)
    assert "was the file cut short?" in _ready(admin, draft)
    admin.post(f"{draft}/apply")
    assert load_directory(kept) == before
    assert "say first that they have really left" in admin.get(draft).text
    admin.post(f"{draft}/apply", data={"really-left": "yes"})
    assert [each.surname for each in load_directory(kept).people if not each.left] == ["Quill"]


def test_an_import_that_was_left_is_found_again_by_whoever_began_it(
    admin: FlaskClient, as_role: Callable[[Role], FlaskClient]
) -> None:
    draft = _upload(admin, STAFF)
    assert f'href="{draft}/columns"' in admin.get("/imports").text
    key = re.findall(r'name="(verdict-[^"]+)"', _ready(admin, draft))[0]
    admin.post(f"{draft}/decide", data={key: "accepted"})
    assert f'href="{draft}"' in admin.get("/imports").text
    assert draft not in as_role(Role.SUPPORT).get("/imports").text
    admin.post(f"{draft}/discard")
    assert draft not in admin.get("/imports").text


def test_an_import_that_is_thrown_away_changes_nothing(admin: FlaskClient, kept: Store) -> None:
    before = load_directory(kept)
    draft = _upload(admin, NEXT_STAFF)
    admin.post(f"{draft}/discard")
    assert admin.get(draft).status_code == 404
    assert load_directory(kept) == before


def test_a_file_that_is_no_table_is_told_in_a_sentence(admin: FlaskClient) -> None:
    draft = _upload(admin, "%PDF-1.7 ...", "staff.pdf")
    page = admin.get(f"{draft}/columns")
    assert page.status_code == 422
    assert "staff.pdf is a PDF document" in page.text


def test_two_columns_for_one_field_are_told_where_they_can_be_mended(admin: FlaskClient) -> None:
    draft = _upload(admin, "Surname,Shoe\nSmith,9\n")
    page = admin.post(f"{draft}/columns", data={"people-0": "surname", "people-1": "surname"})
    assert page.status_code == 422
    assert "both give the surname" in page.text


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..\\..\\windows\\system32\\x.csv", "/etc/shadow", "....//x"]
)
def test_no_path_is_made_of_the_name_of_an_uploaded_file(
    admin: FlaskClient, kept: Store, name: str
) -> None:
    draft = _upload(admin, STAFF, name).rpartition("/")[2]
    found = import_drafts.load_draft(kept, draft)
    assert found is not None
    assert "/" not in found.file_name
    assert "\\" not in found.file_name


def test_a_file_that_is_too_large_is_refused(admin: FlaskClient) -> None:
    data = {"people": (io.BytesIO(b"x" * (23 * 1024 * 1024)), "staff.csv")}
    answer = admin.post("/imports/new", data=data)
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_a_preview_is_made_anew_when_the_directory_changes_under_it(
    admin: FlaskClient, kept: Store
) -> None:
    first = _upload(admin, STAFF.replace("5003", "5033"))
    second = _upload(admin, STAFF.replace("5001", "5011"))
    _ready(admin, first)
    _ready(admin, second)
    admin.post(f"{second}/apply")
    admin.post(f"{first}/apply")
    people = {person.key: person for person in load_directory(kept).people}
    assert people["3"].extension == "5033"
    assert people["1"].extension == "5001"  # as the file that was applied last has it


def test_doubts_are_decided_one_by_one_and_a_kind_at_once(admin: FlaskClient, kept: Store) -> None:
    still_open = [each.item for each in reviews(kept) if each.verdict is None]
    assert still_open
    page = admin.get("/reviews").text
    assert still_open[0].question.split('"')[0] in page
    admin.post("/reviews/decide", data={f"verdict-{still_open[0].key}": "refused"})
    made = {each.item.key: each.verdict for each in reviews(kept)}
    assert made[still_open[0].key] == "refused"
    for kind in {item.kind for item in still_open[1:]}:
        admin.post("/reviews/decide", data={"all": f"accepted:{kind}"})
    assert all(each.verdict is not None for each in reviews(kept))
    assert "Nothing waits" in admin.get("/reviews").text
