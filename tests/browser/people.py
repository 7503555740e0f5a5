"""What any person does in a browser, and what is looked at on every page they come to."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.test import Client
from playwright.sync_api import Download, Locator, Page, expect

from procurement.accounts.models import User

PASSWORD = "un mot de passe assez long"
#: Width of a small phone, in CSS pixels.
PHONE = 360


@dataclass
class Eyes:
    """Looks at a page as people with different eyes and screens would; what is wrong is kept until the end."""

    axe: Callable[[Page], list]
    picture: Callable[[Page, str], Path]
    prefix: str = ""
    watchful: bool = True
    remarks: list[str] = field(default_factory=list)

    def look(self, page: Page, name: str) -> None:
        if not self.watchful:
            return
        self.picture(page, f"{self.prefix}{name}")
        if not runs_scripts(page):
            return  # axe is a script; the page is the one the others look at
        self.remarks += [f"{name}: {fault}" for fault in self.axe(page)]
        self.remarks += [f"{name}: {remark}" for remark in (*headings(page), *overflow(page))]


def runs_scripts(page: Page) -> bool:
    """The switch of the theme is shown by a script."""
    return page.locator("[data-theme-toggle]").is_visible()


def headings(page: Page) -> list[str]:
    count = page.locator("h1").count()
    return [] if count == 1 else [f"{count} h1 on {page.url}"]


def overflow(page: Page) -> list[str]:
    """Whether one must scroll sideways on a phone (WCAG 1.4.10)."""
    before = page.viewport_size
    page.set_viewport_size({"width": PHONE, "height": 740})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(before)
    return [] if width <= PHONE else [f"{width} pixels wide on a screen of {PHONE}"]


class Person:
    """Somebody at a page of their own."""

    def __init__(self, page: Page, eyes: Eyes | None = None) -> None:
        self.page = page
        self.eyes = eyes

    def look(self, name: str) -> None:
        if self.eyes:
            self.eyes.look(self.page, name)

    def go(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer.status == 200, f"{answer.status} for {address}"

    def press(self, name: str) -> None:
        """A button that stays on the page."""
        self.main().get_by_role("button", name=name).click()

    def submit(self, name: str) -> None:
        """A button that leads to another page."""
        with self.page.expect_navigation():
            self.press(name)

    def follow(self, name: str, where: Locator | None = None) -> None:
        with self.page.expect_navigation():
            (where or self.main()).get_by_role("link", name=name).first.click()

    def fill(self, label: str, value: str) -> None:
        """`label` as it is shown, without what is said of its being optional."""
        self.main().get_by_label(re.compile(rf"^{re.escape(label)}( \(facultatif\))?$")).fill(value)

    def group(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=name, exact=True)

    def choose(self, group: str, option: str) -> None:
        self.group(group).get_by_label(option, exact=True).check()

    def fill_moment(self, group: str, moment: datetime) -> None:
        fields = self.page.get_by_role("group", name=group)
        fields.get_by_label("Date").fill(f"{moment:%Y-%m-%d}")
        fields.get_by_label("Heure").fill(f"{moment:%H:%M}")

    def sees(self, *texts: str) -> None:
        """Waits for these words to be shown; hard spaces count as spaces."""
        for text in texts:
            expect(self.main()).to_contain_text(text, use_inner_text=True)

    def give(self, *files: Path) -> None:
        """Into the one file input of the page."""
        self.main().locator("input[type=file]").set_input_files(files)

    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """From the sign-in page, wherever the person was."""
        self.go("/compte/login/")
        self.fill("E-mail", email)
        self.fill("Mot de passe", password)
        self.submit("Se connecter")
        self.page.wait_for_url("**/tableau-de-bord/")

    def download(self, name: str) -> Download:
        with self.page.expect_download() as coming:
            self.main().get_by_role("link", name=name).first.click()
        return coming.value

    def fetched(self, name: str) -> bytes:
        return Path(self.download(name).path()).read_bytes()

    def come_back(self, email: str) -> None:
        """With a session opened elsewhere, for what is not about signing in."""
        client = Client()
        user = User.objects.get(email=email)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.go("/")
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.page.url}
        self.page.context.add_cookies([cookie])
        self.go("/tableau-de-bord/")
