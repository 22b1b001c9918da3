from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from directory.headings import PEOPLE
from directory.table import MAX_CELL
from switchboard.ldap.cells import Column, cells_of
from switchboard.ldap.searching import Entry


@given(
    st.sampled_from(sorted(PEOPLE)),
    st.sampled_from(["userAccountControl", "accountExpires", "sn"]),
    st.lists(st.binary(max_size=40) | st.text(max_size=40).map(str.encode), max_size=4),
)
def test_whatever_a_server_sends_a_cell_is_text(
    field: str, attribute: str, values: list[bytes]
) -> None:
    entry = Entry("cn=x", {attribute.lower(): tuple(values)})
    (cell,) = cells_of(entry, [Column(field, field, (attribute,))], Counter())
    assert "\0" not in cell
    assert len(cell.encode("utf-8")) <= 4 * MAX_CELL
