"""Every act in the journal has a French label, and every label belongs to an act."""

import ast
import importlib
import re

from django.apps import apps

from tests.architecture.sources import PACKAGES, Found, nodes

ACTION = re.compile(r"[a-z_]+(\.[a-z_]+)+")


def labelled() -> dict[str, str]:
    """All `<app>/journal.py: ACTIONS`."""
    found: dict[str, str] = {}
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in PACKAGES and importlib.util.find_spec(f"{config.name}.journal"):
            found |= importlib.import_module(f"{config.name}.journal").ACTIONS
    return found


def strings_in(node: ast.AST) -> set[str]:
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def recorded() -> list[tuple[Found, set[str]]]:
    """Each `record(action=...)` with the names it may record."""
    return [
        (found, {text for text in strings_in(keyword.value) if ACTION.fullmatch(text)})
        for found in nodes(ast.Call)
        if isinstance(found.node, ast.Call) and ast.unparse(found.node.func).endswith("record")
        for keyword in found.node.keywords
        if keyword.arg == "action"
    ]


def test_every_recorded_action_has_a_label() -> None:
    labels = labelled()
    faults = [f"{found}: {name}" for found, names in recorded() for name in names if name not in labels]
    assert not faults, "\n".join(faults)


def test_every_labelled_action_is_recorded_somewhere() -> None:
    mentioned = {
        found.node.value
        for found in nodes(ast.Constant)
        if found.path.stem != "journal" and isinstance(found.node, ast.Constant)
    }
    assert sorted(set(labelled()) - mentioned) == []


def test_labels_are_sentences_for_people() -> None:
    assert [name for name, label in labelled().items() if not label.strip() or ACTION.fullmatch(label)] == []
