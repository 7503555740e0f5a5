"""Every address, as every role and as another tenant (P8-5): what is not listed fails, what is refused does nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from procurement.accounts.roles import abilities_of
from procurement.audit.models import Entry
from procurement.jobs.models import Job
from procurement.notifications.models import Mail
from tenders.models import Letter
from tests.architecture.world import BUYER_ROLES, World, build
from tests.factories import organisations as make

BUYERS = {role.value for role in BUYER_ROLES}
COMPANIES = {"company", "company_member"}
ABILITIES = {role.value: {str(a) for a in abilities_of(frozenset({role.value}))} for role in BUYER_ROLES} | {
    "company": {"deposit", "manage_team", "manage_tokens"},
    "company_member": {"deposit"},
    "other_company": {"deposit", "manage_team", "manage_tokens"},
    "other_buyer": {str(a) for a in abilities_of(frozenset(BUYERS))},
    "operator": {"operate"},
    "visitor": set(),
}


@dataclass(frozen=True)
class Rule:
    """Who may. `kind` of organisation; `get`/`post`: ability needed, "" for any member, None where not offered;
    `owned`: the address names something of one tenant."""

    kind: str = "public"
    get: str | None = ""
    post: str | None = None
    owned: bool = True


PUBLIC = Rule()
READ = Rule("buyer", "read_file")


def buyer(get: str | None = "read_file", post: str | None = None, *, owned: bool = True) -> Rule:
    return Rule("buyer", get, post, owned)


def company(get: str | None = "deposit", post: str | None = None, *, owned: bool = True) -> Rule:
    return Rule("company", get, post, owned)


OPERATOR = Rule("operator", "operate", owned=False)
TOKEN = Rule("token", None, "prepare")

MATRIX: dict[str, Rule] = {
    **dict.fromkeys(
        ["home", "help", "prerequisites", "sealing_help", "accessibility", "legal", "privacy", "status", "health",
         "tenders:list", "tenders:detail", "tenders:documents_zip", "tenders:document",
         "tenders:espd_page",
         "essential_data:list", "essential_data:bulk_json", "essential_data:bulk_xml", "essential_data:bulk_csv",
         "essential_data:contract", "essential_data:contract_json", "essential_data:contract_xml",
         "essential_data:publication_proof",
         "signing:certificates", "signing:revocations", "signing:register", "signing:register_key",
         "signing:verifier", "signing:consistency", "signing:checkpoint", "signing:checkpoint_token",
         "signing:checkpoint_of_size", "signing:checkpoint_token_of_size", "signing:tile", "signing:entries",
         "api-v1:openapi-json", "api-v1:openapi-view", "api-v1:list_consultations", "api-v1:get_consultation",
         "api-v1:get_espd",
         "api-v1:list_contracts", "api-v1:get_contract", "api-v1:list_files"],
        PUBLIC,
    ),
    "tenders:follow": Rule("public", "", ""),
    "signing:timestamp": Rule("public", None, ""),
    "bids:simulate": Rule("public", "", ""),
    "dashboard": Rule("member"),
    "choose_organisation": Rule("member", None, ""),
    "team": Rule("member", "manage_team", "manage_team"),
    "remove_member": Rule("member", None, "manage_team"),
    "tokens": Rule("member", "manage_tokens", "manage_tokens"),
    "revoke_token": Rule("member", None, "manage_tokens"),
    "operator_members": Rule("operator", "operate", "operate", owned=False),
    "operator_jobs": OPERATOR,
    "operator_retry_job": Rule("operator", None, "operate", owned=False),
    "operator_mails": OPERATOR,
    "operator_keys": OPERATOR,
    "operator_clock": OPERATOR,
    "operator_measure_clock": Rule("operator", None, "operate", owned=False),
    "operator_dume": OPERATOR,
    "operator_check_dume": Rule("operator", None, "operate", owned=False),
    "tenders:buyer_list": buyer(owned=False),
    "tenders:create": buyer("prepare", "prepare", owned=False),
    "tenders:workspace": READ,
    "tenders:edit": buyer("prepare", "prepare"),
    "tenders:documents": buyer("read_file", "prepare"),
    "tenders:document_upload": buyer(None, "prepare"),
    "tenders:buyer_document": READ,
    "tenders:document_remove": buyer(None, "prepare"),
    "tenders:espd": buyer("read_file", "prepare"),
    "tenders:espd_criteria": buyer("prepare"),
    "tenders:espd_criterion": buyer("prepare", "prepare"),
    "tenders:espd_criterion_change": buyer("prepare", "prepare"),
    "tenders:espd_criterion_remove": buyer(None, "prepare"),
    "tenders:espd_national": buyer("prepare", "prepare"),
    "tenders:espd_preview": READ,
    "tenders:espd_xml": READ,
    "tenders:espd_drop": buyer(None, "prepare"),
    "tenders:publish": buyer("prepare", "publish"),
    "tenders:cancel": buyer("publish", "publish"),
    "tenders:history": READ,
    "tenders:withdrawals": READ,
    "tenders:letters": READ,
    "tenders:inbox": company(owned=False),
    "tenders:letter": company(),
    "tenders:delivery": company(),
    "tenders:buyer_delivery": READ,
    "bids:start": company("deposit", "deposit", owned=False),
    "bids:mine": company(owned=False),
    "bids:draft": company(),
    "bids:lots": company("deposit", "deposit"),
    "bids:candidature": company("deposit", "deposit"),
    "bids:offer": company("deposit", "deposit"),
    "bids:dume": company("deposit", "deposit"),
    "bids:upload": company(None, "deposit"),
    "bids:remove_piece": company(None, "deposit"),
    "bids:assign_piece": company(None, "deposit"),
    "bids:check": company(),
    "bids:seal": company(None, "deposit"),
    "bids:receipt": company(),
    "bids:receipt_pdf": company(),
    "bids:receipt_zip": company(),
    "bids:withdraw": company("deposit", "deposit"),
    "dume:mine": company(owned=False),
    "dume:start": company("deposit", "deposit", owned=False),
    **dict.fromkeys(["dume:tasks", "dume:check", "dume:document"], company()),
    **dict.fromkeys(["dume:export_xml", "dume:export_html", "dume:export_pdf"], company()),
    **dict.fromkeys(["dume:finish", "dume:copy", "dume:dismiss"], company(None, "deposit")),
    **dict.fromkeys(["dume:step", "dume:delete", "dume:group"], company("deposit", "deposit")),
    "dume:read_member": company(),
    **dict.fromkeys(["dume:join", "dume:bring", "dume:remove_member"], company(None, "deposit")),
    "bids:deposit_of_dume": company(),
    **dict.fromkeys(["bids:fill_dume", "bids:attach_dume"], company(None, "deposit")),
    "bids:register": READ,
    "bids:opening": buyer("read_file", "open_bids"),
    "bids:opening_progress": READ,
    "bids:minutes": READ,
    "bids:minutes_zip": READ,
    "bids:analysis": READ,
    "bids:analysis_csv": READ,
    "bids:analysis_ods": READ,
    "bids:open_piece": READ,
    "bids:espd": READ,
    "bids:signatures": READ,
    "bids:signatures_report": READ,
    "bids:award": READ,
    "bids:award_lot": buyer("award", "award"),
    "bids:send_results": buyer("award", "award"),
    "bids:declare_unsuccessful": buyer("award", "award"),
    "bids:notify": buyer("award", "award"),
    "bids:record_receipt": buyer(None, "award"),
    "essential_data:mine": buyer(owned=False),
    "essential_data:buyer_contract": buyer("read_file", "prepare"),
    "essential_data:buyer_publish": buyer(None, "publish"),
    "api-v1:create_consultation": Rule("token", None, "prepare", owned=False),
    **dict.fromkeys(
        ["api-v1:check_dume", "api-v1:convert_dume", "api-v1:merge_dume", "api-v1:render_dume",
         "api-v1:create_response", "api-v1:attach_dume"],
        Rule("token", None, "", owned=False),
    ),
    "api-v1:list_mine": Rule("token", "prepare", None, owned=False),
    **dict.fromkeys(
        ["api-v1:list_deposits", "api-v1:get_response", "api-v1:get_response_xml"],
        Rule("token", "deposit", None, owned=False),
    ),
    "api-v1:request_espd": Rule("token", None, "prepare"),
    "api-v1:update_consultation": TOKEN,
    "api-v1:add_document": TOKEN,
    "api-v1:publish_consultation": TOKEN,
}  # fmt: skip
#: Addresses that take PUT, not POST.
PUT = {"api-v1:update_consultation", "api-v1:request_espd"}
#: Other people's code (sign-in library, API root), and an address that names a file of the mail folder.
ELSEWHERE = ("account_", "mfa_", "api-v1:api-root", "operator_mail")
ACTORS = ["visitor", *sorted(BUYERS), "other_buyer", *sorted(COMPANIES), "other_company", "operator"]


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}", pattern


def ours() -> dict[str, list[str]]:
    """Name -> the arguments its address takes."""
    return {
        name: list(pattern.pattern.converters)
        for name, pattern in addresses(get_resolver())
        if not name.startswith(ELSEWHERE) or name == "operator_mails"
    }


def test_every_address_is_in_the_matrix() -> None:
    assert sorted(ours()) == sorted(MATRIX)


def expected(rule: Rule, method: str, actor: str) -> set[str]:  # noqa: PLR0911  one return a case
    """What the answer may be: "ok", "sign-in", "not found", "forbidden"."""
    ability = rule.get if method == "get" else rule.post
    if rule.kind == "public":
        return {"ok"}
    if rule.kind == "token":
        return {"sign-in"}
    if actor == "visitor":
        return {"sign-in"}
    homes = {
        "buyer": BUYERS | {"other_buyer"},
        "company": COMPANIES | {"other_company"},
        "operator": {"operator"},
    }
    if rule.kind != "member" and actor not in homes[rule.kind]:
        return {"not found"}
    if ability and ability not in ABILITIES[actor]:
        return {"forbidden"}
    is_foreign = actor in {"other_buyer", "other_company"} or (rule.kind == "member" and actor not in BUYERS)
    if rule.owned and is_foreign and (rule.kind != "member" or ability):
        return {"not found", "ok"} if rule.kind == "member" else {"not found"}
    return {"ok"}


def verdict(status: int, location: str) -> str:
    if status == 401 or (status == 302 and location.startswith("/compte/login/")):
        return "sign-in"
    return {403: "forbidden", 404: "not found"}.get(status, "broken" if status >= 500 else "ok")


def everything() -> dict[str, list[Any]]:
    """All rows of our tables: what a refused request must leave as it was."""
    models = [m for m in apps.get_models() if m.__module__.split(".")[0] in
              {"procurement", "tenders", "bids", "dume", "signing", "essential_data"}]  # fmt: skip
    return {m._meta.label: sorted(map(repr, m._base_manager.values_list())) for m in models}


def writes() -> int:
    """Rows written in this transaction so far, in any table, those rolled back as well: while it stands still,
    nothing was changed, and the tables need not be read again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0])


def traces() -> tuple[int, ...]:
    """What an act of value never leaves as it was: the journal, the jobs, the mail, the proofs of delivery."""
    opened = Letter.objects.filter(first_opened_at__isnull=False).count()
    return Entry.objects.count(), Job.objects.count(), Mail.objects.count(), opened


def ask(client: Client, path: str, method: str) -> tuple[str, str]:
    """The verdict and the status with the content type; the caller undoes what happened."""
    if method == "put":
        response = client.put(path, b"{}", content_type="application/json")
    else:
        response = getattr(client, method)(path)
    if response.streaming:  # read to the end: its file is closed, and the connection is not
        b"".join(response.streaming_content)
    return verdict(response.status_code, response.headers.get("Location", "")), str(response.status_code)


def client_of(world: World, actor: str) -> Client:
    client = Client(raise_request_exception=False)
    if actor != "visitor":
        client.force_login(world.people[actor])
    return client


@pytest.mark.django_db
def test_a_row_written_is_noticed_even_when_it_is_rolled_back() -> None:
    before = writes()
    with transaction.atomic():
        make.buyer()
        assert writes() > before
        transaction.set_rollback(True)
    after = writes()
    assert after > before
    everything()
    assert writes() == after


@pytest.mark.django_db
def test_each_role_and_tenant_gets_what_is_theirs_and_nothing_else() -> None:
    world = build(timezone.now())
    clients = {actor: client_of(world, actor) for actor in ACTORS}
    start, start_traces = everything(), traces()
    wrong = []
    for name, arguments in ours().items():
        rule = MATRIX[name]
        path = reverse(name, kwargs=world.arguments(name, arguments))
        for method, ability in (("get", rule.get), ("post", rule.post)):
            if ability is None:
                continue
            verb = "put" if name in PUT else method
            for actor, client in clients.items():
                with transaction.atomic():
                    written = writes()
                    found, status = ask(client, path, verb)
                    reading = method == "get"
                    unchanged = (
                        found == "ok"
                        or writes() == written
                        or (traces() == start_traces if reading else everything() == start)
                    )
                    transaction.set_rollback(True)
                allowed = expected(rule, method, actor)
                if found not in allowed:
                    wrong.append(
                        f"{verb} {name} as {actor}: {status} {found}, not {' or '.join(sorted(allowed))}"
                    )
                if not unchanged:
                    wrong.append(f"{verb} {name} as {actor}: {found}, yet something changed")
    assert wrong == []


@pytest.mark.django_db
def test_a_token_of_another_buyer_finds_nothing() -> None:
    world = build(timezone.now())
    for name in ("update_consultation", "add_document", "publish_consultation", "request_espd"):
        path = reverse(f"api-v1:{name}", kwargs=world.arguments(f"api-v1:{name}", ["consultation_id"]))
        before = everything()
        headers = {
            "Authorization": f"Bearer {world.tokens['other_token']}",
            "Idempotency-Key": "a",
            "X-File-Name": "a.txt",
        }
        method = Client().put if f"api-v1:{name}" in PUT else Client().post
        body = {"reference": "X", "title": "X", "description": "X", "nature": "works", "cpv_main": "45000000",
                "deadline": "2030-01-01T00:00:00Z", "contact_name": "X", "contact_email": "x@y.example"}  # fmt: skip
        response = method(path, body, content_type="application/json", headers=headers)
        assert (name, response.status_code) == (name, 404)
        assert everything() == before
