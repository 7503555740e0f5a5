"""Chromium of the system, driven by Playwright; axe-core looks at each page in light and dark."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = ROOT / "var" / "screenshots"
#: What breaks a page for somebody; "moderate" and "minor" are advice.
GRAVE = {"serious", "critical"}
#: What axe looks for in each scheme: all of it once, then what depends on colours.
SCHEMES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
#: Milliseconds; long, because the machine may be busy: a wait ends as soon as what is awaited is there.
PATIENCE = 30_000
#: A Monday in winter, 10:00 in Paris.
BEGINNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


# Of a module and not of the session: while Playwright lives, an event loop runs in this thread, and code of other
# tests that starts one of its own (sealing a PDF) would be refused.
@pytest.fixture(scope="module", autouse=True)
def _let_django_query_beside_the_browser() -> Iterator[None]:
    # Django refuses the database beside an event loop unless told.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.fail("Chromium is missing. Install: sudo apt-get install chromium")
    expect.set_options(timeout=PATIENCE)  # its own patience is 5 s
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


NewPage = Callable[..., Page]
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture
def faults() -> list[str]:
    """What went wrong in the pages of this test; it must be empty at the end."""
    return []


@pytest.fixture
def new_page(
    browser: Browser, live_server: Any, faults: list[str], request: pytest.FixtureRequest
) -> Iterator[NewPage]:
    """`new_page(dark=False, width=1280, scripts=True)`: a visitor of their own (cookies are not shared).

    The page's own security policy stays in force. A script error, something the policy blocks, a missing static
    file or a request to another host fails the test at its end.
    """
    contexts: list[BrowserContext] = []

    def make(*, dark: bool = False, width: int = 1280, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("console", lambda message: faults.extend(complaints(message)))
        page.on("response", lambda response: faults.extend(missing(response)))
        page.on("request", lambda request: faults.extend(foreign(request.url, live_server.url)))
        return page

    yield make
    for number, context in enumerate(contexts):
        if request.node.stash.get(FAILED, False):
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            context.pages[0].screenshot(path=SCREENSHOTS / f"failed-{number}.png", full_page=True)
        context.close()
    assert faults == []


def foreign(url: str, home: str) -> list[str]:
    """A fault if the address is on another host than ours."""
    return [] if url.startswith((home, "data:", "blob:")) else [f"request to another host: {url}"]


def complaints(message: ConsoleMessage) -> list[str]:
    """What the browser complains of, except refusals of the server: pages that refuse are tested as such."""
    if message.type != "error" or message.text.startswith("Failed to load resource"):
        return []
    return [f"console: {message.text}"]


def missing(response: Response) -> list[str]:
    refused = response.status >= HTTPStatus.BAD_REQUEST and "/static/" in response.url
    return [f"{response.status} for {response.url}"] if refused else []


@dataclass(frozen=True)
class Fault:
    rule: str
    impact: str
    help: str
    nodes: tuple[str, ...]


@pytest.fixture
def axe() -> Callable[[Page], list[Fault]]:
    """`axe(page)` lists the serious and critical accessibility faults of what is shown, in light and in dark."""
    source = AXE.read_text(encoding="utf-8")

    def look(page: Page) -> list[Fault]:
        is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        page.evaluate(f"window.axe || (() => {{ {source} }})()")
        found = [fault for scheme in SCHEMES for fault in faults_in(page, scheme)]
        page.emulate_media(color_scheme="dark" if is_dark else "light")
        return found

    return look


def faults_in(page: Page, scheme: str) -> list[Fault]:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    look = "options => axe.run(document, {resultTypes: ['violations'], ...options})"
    found = page.evaluate(look, SCHEMES[scheme])
    return [
        Fault(
            rule=f"{violation['id']} ({scheme})",
            impact=violation["impact"],
            help=violation["help"],
            nodes=tuple(node["html"][:200] for node in violation["nodes"]),
        )
        for violation in found["violations"]
        if violation["impact"] in GRAVE
    ]


@pytest.fixture
def picture() -> Callable[[Page, str], Path]:
    """`picture(page, "name")` keeps a full-page screenshot for people to look at; no test compares it."""

    def take(page: Page, name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        target = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=target, full_page=True)
        return target

    return take


@pytest.fixture
def installation(settings: Any, tmp_path: Path) -> Path:
    """A folder of its own for keys, so that the authority begins when the story does."""
    settings.DATA_DIR = tmp_path / "installation"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The wall clock of the server, which goes on from where `move_to` puts it. The browser keeps its own."""
    with time_machine.travel(BEGINNING, tick=True) as traveller:
        yield traveller
