"""What may be committed, and what the pages and packages promise."""

import json
import re
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT, tracked_files

TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".html",
    ".js",
    ".mjs",
    ".scss",
    ".css",
    ".json",
    ".yml",
    ".yaml",
    ".cfg",
}
TEXT |= {".conf", ".service", ".timer", ".example", ".typ", ".sh", ""}
#: Written in pieces, so that this file does not contain them.
HOMES = re.compile("|".join(("/ro" + "ot/", "/ho" + r"me/[a-z]", "/wo" + "rk/", "C:" + r"\\Users")))
HOSTS = re.compile(
    "|".join(("pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.(org|com)", "deb" + r"\.debian"))
)
#: Not served as pages but given as files, which must hold all they need.
FILES_TO_KEEP = {Path("dume/templates/dume/page.html")}
INLINE = re.compile(
    r"<style\b"
    r"|<script\b(?![^>]*\b(?:src=|type=\"application/json\"))"
    r"|\sstyle=[\"']"
    r"|<[^>{%]*\son[a-z]+=[\"']",
    re.IGNORECASE,
)
#: Overrides that libraries load by name.
LOADED_BY_LIBRARIES = ("account/", "mfa/", "allauth/", "usersessions/", "django/", "ninja/")
LOADED_BY_DJANGO = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}

READERS = "text|boolean|choice|integer|words|networks|directory|secret"


def text_files() -> list[Path]:
    return [path for path in tracked_files() if path.suffix in TEXT]


def templates() -> list[Path]:
    return [path for path in tracked_files() if path.parts[0] in PACKAGES and "templates" in path.parts]


def name_of(template: Path) -> str:
    """The name that the template is loaded by."""
    return "/".join(template.parts[template.parts.index("templates") + 1 :])


def content(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_no_committed_file_names_a_machine_or_a_package_host() -> None:
    faults = [
        f"{path}: {match[0]}"
        for path in text_files()
        for pattern in (HOMES, HOSTS)
        for match in pattern.finditer(content(path))
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_requirements_are_hashed_and_name_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    for requirement in re.split(r"\n(?=[a-z0-9])", text):
        assert "--hash=sha256:" in requirement, requirement.splitlines()[0]


def test_the_npm_lock_names_no_download_address() -> None:
    packages = json.loads(content(Path("package-lock.json")))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_built_files_and_local_state_are_not_committed() -> None:
    local = ("var/", "node_modules/", ".venv/", "procurement/portal/static/build/", "uv.lock")
    assert [str(path) for path in tracked_files() if str(path).startswith(local)] == []


def test_templates_carry_no_inline_script_or_style() -> None:
    """The content security policy is `default-src 'self'`: the browser would refuse it."""
    faults = [
        f"{path}: {match[0]}"
        for path in templates()
        if path.suffix == ".html" and path not in FILES_TO_KEEP
        for match in INLINE.finditer(content(path))
    ]
    assert not faults, "\n".join(faults)


def is_named(template: Path, sources: str) -> bool:
    """By its whole name; without the ending where a service adds it (mail); by its file name alone (Typst)."""
    name = template.name if template.suffix == ".typ" else name_of(template).rpartition(".")[0]
    if re.search(rf"[\"'/]{re.escape(name)}[\"'.]", sources):
        return True
    folder, _, stem = name.rpartition("/")  # f"folder/{name}.html", with the name given elsewhere
    return f'"{folder}/{{' in sources and f'"{stem}"' in sources


def test_every_template_is_used() -> None:
    own = [path for path in templates() if not name_of(path).startswith(LOADED_BY_LIBRARIES)]
    sources = "\n".join(
        content(path) for path in tracked_files() if path.suffix in {".py", ".html", ".txt", ".typ"}
    )
    unused = [
        str(path) for path in own if name_of(path) not in LOADED_BY_DJANGO and not is_named(path, sources)
    ]
    assert not unused, "\n".join(unused)


def test_the_example_names_every_environment_variable() -> None:
    settings = "\n".join(
        content(path) for path in tracked_files() if path.parts[:2] == ("procurement", "settings")
    )
    read = set(
        re.findall(
            r"env\.(?:text|boolean|choice|integer|words|networks|directory|secret)\(\s*\"([A-Z0-9_]+)\"",
            settings,
        )
    )
    named = set(re.findall(r"^#?([A-Z0-9_]+)=", content(Path("deploy/env.example")), re.MULTILINE))
    assert read == {name.removesuffix("_FILE") for name in named}


def test_the_map_of_the_house_lists_every_module_and_no_other() -> None:
    """docs/architecture.md has a row for each app and each module of the kernel."""
    rows = set(re.findall(r"^\| `([a-z_.]+)` \|", content(Path("docs/architecture.md")), re.MULTILINE))
    named = {name for name in rows if name.split(".")[0] in PACKAGES}
    kernel = {path.parts[1].removesuffix(".py") for path in tracked_files() if path.parts[0] == "procurement"}
    assert named == {f"procurement.{name}" for name in kernel - {"__init__"}} | set(PACKAGES) - {
        "procurement"
    }
