"""House rules that no linter knows. Each one names the file and line that breaks it."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.sources import ROOT, Found, is_in, nodes, product_files, python_files, rank, tree_of

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
#: Drawers: a module is named for what it holds.
DRAWERS = {"utils", "util", "helpers", "helper", "core", "common", "manager", "managers", "misc"}
WRITES = {"save", "create", "bulk_create", "bulk_update", "delete", "get_or_create", "update_or_create"}
WRITERS = {"services", "models", "admin"}
CLOCKS = {
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "time.time",
}
#: The outermost layer: only it knows what time it is.
INTERFACE = {"api", "views", "tasks", "admin", "commands", "portal", "middleware"}
#: django-allauth calls these at the edge of a request: they have its clock and its new user in hand.
SIGN_UP_HOOKS = {Path("procurement/accounts/adapter.py"), Path("procurement/accounts/forms.py")}
#: Apps whose rows are evidence: nothing may take them along when it is deleted.
EVIDENCE = ("procurement.audit", "bids", "signing", "essential_data")


def method_calls() -> list[tuple[Found, str]]:
    return [
        (found, found.node.func.attr)
        for found in nodes(ast.Call)
        if isinstance(found.node, ast.Call) and isinstance(found.node.func, ast.Attribute)
    ]


def is_update_of_rows(node: ast.AST) -> bool:
    """`queryset.update(field=...)`: named fields and nothing else; a dict or a hash is given a thing."""
    return isinstance(node, ast.Call) and bool(node.keywords) and not node.args


def is_of_a_store(node: ast.AST) -> bool:
    """`storage.save(...)`: bytes, not rows."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value).split("[")[0].endswith(("storage", "storages"))
    )


def test_only_services_and_models_write() -> None:
    faults = [
        str(found)
        for found, name in method_calls()
        if not is_of_a_store(found.node)
        and (name in WRITES or (name == "update" and is_update_of_rows(found.node)))
        and not (is_in(found.path, WRITERS) or found.path in SIGN_UP_HOOKS)
    ]
    assert not faults, "\n".join(faults)


def test_the_clock_is_read_in_the_interface_only() -> None:
    # Attributes and not only calls: `default=timezone.now` reads the clock too.
    faults = [
        str(found)
        for found in nodes(ast.Attribute)
        if ast.unparse(found.node) in CLOCKS
        and not (is_in(found.path, INTERFACE) or found.path in SIGN_UP_HOOKS)
    ]
    assert not faults, "\n".join(faults)


def test_no_field_reads_the_clock_by_itself() -> None:
    faults = [str(found) for found in nodes(ast.keyword) if found.node.arg in {"auto_now", "auto_now_add"}]
    assert not faults, "\n".join(faults)


def test_messages_are_sent_after_commit_only() -> None:
    faults = [str(found) for found, name in method_calls() if name in {"delay", "apply_async"}]
    assert not faults, "\n".join(faults)


def test_there_is_no_signal_receiver() -> None:
    faults = [
        str(found) for found in nodes(ast.ImportFrom) if str(found.node.module).startswith("django.dispatch")
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_foreign_keys_follow_the_import_direction(model: type[models.Model]) -> None:
    home = rank(model.__module__)
    if home is None:
        return  # a table of a library
    for field in model._meta.get_fields():
        if field.concrete and field.remote_field:
            target = rank(field.remote_field.model.__module__)
            assert target is None or target >= home, f"{field} points up the graph of imports"


def test_nothing_takes_evidence_along_when_it_is_deleted() -> None:
    faults = [
        str(field)
        for model in apps.get_models()
        if model.__module__.startswith(EVIDENCE)
        for field in model._meta.get_fields()
        if field.concrete
        and field.remote_field
        and getattr(field.remote_field, "on_delete", None) is models.CASCADE
    ]
    assert not faults, "\n".join(faults)


def test_modules_are_named_for_what_they_hold() -> None:
    assert [str(path) for path in python_files() if is_in(path, DRAWERS)] == []


def test_files_are_short() -> None:
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {str(path): lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    faults = [
        f"{path}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert not faults, "\n".join(faults)


def test_xml_is_parsed_in_one_place_only() -> None:
    """No DTD, no network, bounded size: `procurement.xml` alone builds a parser."""
    parsers = {
        "etree.parse",
        "etree.fromstring",
        "etree.XML",
        "etree.XMLParser",
        "etree.iterparse",
        "objectify.parse",
    }
    faults = [
        str(found)
        for found in nodes(ast.Attribute)
        if ast.unparse(found.node) in parsers and found.path != Path("procurement/xml.py")
    ]
    assert not faults, "\n".join(faults)


def test_there_is_a_product_to_look_at() -> None:
    # The other tests would be content with an empty list.
    assert len(product_files()) > len(apps.get_app_configs())
