"""The wizard that imports a directory, as an administrator goes through it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect


def bring(page: Page, staff: Path, departments: Path | None = None) -> None:
    """Upload these files, up to the page of their headings."""
    page.get_by_role("link", name="Imports").click()
    page.get_by_role("button", name="Import a directory").click()
    page.get_by_label("People, as CSV or XLSX").set_input_files(staff)
    if departments is not None:
        page.get_by_label("Departments, as CSV").set_input_files(departments)
    page.get_by_role("button", name="Continue").click()


def import_deciding_every_doubt(page: Page) -> None:
    """From the headings to the end, with everything accepted that is asked."""
    page.get_by_role("button", name="See what would change").click()
    accept = page.get_by_label("Accept", exact=True)
    expect(accept.first).to_be_attached()
    for number in range(accept.count()):
        accept.nth(number).check()
    page.get_by_role("button", name="Keep these decisions").click()
    page.get_by_role("button", name="Import it").click()
    expect(page.get_by_text("The directory is imported.")).to_be_visible()
