"""The public register: checkpoints, tiles that a mirror can rebuild the tree from, proofs, no personal data."""

import base64
import subprocess
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from struct import unpack_from

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pymerkle import InmemoryTree

from procurement.actors import SYSTEM
from procurement.audit import queries as audit
from procurement.audit.merkle import is_consistent
from procurement.audit.models import Head
from procurement.audit.services import record
from signing.models import Checkpoint, EvidenceKind
from signing.pki import authority as authorities
from signing.register import notes, tiles
from signing.register.keys import origin, register_key
from signing.register.notes import NoteKey
from signing.register.tiles import Tile
from signing.services.evidence import certify
from signing.services.register import publish_checkpoint
from signing.services.stamping import current_authority
from tests.emptying import without_triggers

pytestmark = pytest.mark.django_db


def grow(count: int, now: datetime) -> None:
    for number in range(count):
        record(action="x.y.z", subject=str(number), actor=SYSTEM, at=now)


def get(path: str) -> bytes:
    response = Client().get(f"/registre/{path}")
    assert response.status_code == 200, path
    assert not response.cookies
    return response.content


def test_an_empty_register_has_no_checkpoint(now: datetime) -> None:
    assert publish_checkpoint(now=now) is None
    assert Client().get("/registre/checkpoint").status_code == 404
    assert "premier point de contrôle" in Client().get("/registre/").content.decode()


def test_a_checkpoint_is_signed_and_says_the_tree(now: datetime) -> None:
    grow(5, now)
    root = audit.get_tree().root()
    publish_checkpoint(now=now)
    said = notes.verify(get("checkpoint").decode(), NoteKey.from_vkey(get("cle").decode()))
    assert (said.origin, said.size, said.root) == (origin(), 5, root)


def test_a_checkpoint_is_time_stamped(now: datetime, tmp_path: Path) -> None:
    """openssl is the judge."""
    grow(1, now)
    publish_checkpoint(now=now)
    for name in ("checkpoint", "checkpoint.tsr"):
        (tmp_path / name).write_bytes(get(name))
    (tmp_path / "ca.pem").write_bytes(current_authority(now).chain_pem())
    command = ["openssl", "ts", "-verify", "-in", "checkpoint.tsr", "-data", "checkpoint", "-CAfile", "ca.pem",
               "-attime", str(int(now.timestamp()))]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


def test_the_same_state_is_signed_once(now: datetime) -> None:
    grow(3, now)
    first = publish_checkpoint(now=now)
    later = publish_checkpoint(now=now + timedelta(hours=1))
    assert (first.size, later.size) == (3, 4)  # the time stamp of the first is a line
    assert Checkpoint.objects.count() == 2


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_a_mirror_rebuilds_the_tree_from_the_tiles_alone(now: datetime, size: int) -> None:
    """Leaves, every hash of every level, and the root of the checkpoint, by an independent implementation."""
    grow(size, now)
    said = notes.read(publish_checkpoint(now=now).note)
    peer, leaves = InmemoryTree(algorithm="sha256"), []
    for tile in tiles.tiles_of(said.size):
        content = get(f"tile/{tile.level}/{tile.path}")
        assert len(content) == 32 * tile.width
        if tile.level == 0:
            leaves += unbundled(get(f"tile/entries/{tile.path}"))
    for leaf in leaves:
        peer.append_entry(leaf)
    assert len(leaves) == said.size
    assert peer.get_root(said.size) == said.root


def unbundled(content: bytes) -> list[bytes]:
    leaves, place = [], 0
    while place < len(content):
        (length,) = unpack_from(">H", content, place)
        leaves.append(content[place + 2 : place + 2 + length])
        place += 2 + length
    return leaves


def test_upper_tiles_hold_the_roots_of_lower_ones(now: datetime) -> None:
    grow(513, now)
    publish_checkpoint(now=now)
    peer = InmemoryTree(algorithm="sha256")
    for leaf in unbundled(get("tile/entries/001")):
        peer.append_entry(leaf)
    assert get("tile/1/000.p/2")[32:] == peer.get_root(256)


def test_nothing_beyond_the_checkpoint_is_served(now: datetime) -> None:
    grow(10, now)
    publish_checkpoint(now=now)
    grow(10, now)
    for path in ("tile/0/000.p/11", "tile/0/000", "tile/1/000.p/1", "tile/entries/000.p/12"):
        assert Client().get(f"/registre/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["000.p/0", "000.p/256", "000.p/05", "0", "x000/001", "000.p/1/", "../cle", "000%00", "x001/000.p/9"],
)
def test_a_tile_has_one_address(now: datetime, path: str) -> None:
    grow(300, now)
    publish_checkpoint(now=now)
    assert Client().get(f"/registre/tile/0/{path}").status_code == 404


@pytest.mark.parametrize(
    ("number", "path"), [(5, "005"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067")]
)
def test_tiles_are_named_as_mirrors_expect(number: int, path: str) -> None:
    assert Tile(0, number).path == path
    assert tiles.read(0, f"{path}.p/12") == Tile(0, number, 12)


def test_a_later_checkpoint_is_proved_to_continue_an_older_one(now: datetime) -> None:
    grow(7, now)
    old = notes.read(publish_checkpoint(now=now).note)
    grow(9, now)
    publish_checkpoint(now=now)
    text = notes.read_consistency(get(f"coherence/{old.size}").decode())
    new = notes.verify(text.note, register_key())
    assert is_consistent(old=old.size, old_root=old.root, new=new.size, new_root=new.root, proof=text.proof)


def test_no_proof_is_served_for_what_no_checkpoint_covers(now: datetime) -> None:
    grow(3, now)
    publish_checkpoint(now=now)
    assert Client().get("/registre/coherence/4").status_code == 404
    assert Client().get("/registre/coherence/0").status_code == 404


def test_older_checkpoints_stay(now: datetime) -> None:
    grow(2, now)
    first = publish_checkpoint(now=now).note
    publish_checkpoint(now=now + timedelta(hours=1))
    assert get("checkpoints/2").decode() == first
    assert get("checkpoints/2.tsr")


def test_the_page_shows_the_key_and_the_checkpoints(now: datetime) -> None:
    grow(2, now)
    publish_checkpoint(now=now)
    page = get("").decode()
    assert register_key().vkey() in page.replace("&#x2B;", "+")
    assert "/registre/checkpoints/2" in page


def test_leaves_are_digests_of_32_bytes(now: datetime) -> None:
    """P8-5: nothing that is published names anybody or anything."""
    grow(4, now)
    publish_checkpoint(now=now)
    assert [len(leaf) for leaf in unbundled(get("tile/entries/000.p/4"))] == [32] * 4


# --- audit_register -------------------------------------------------------------------------------------------
def inspected(capsys) -> tuple[int, str]:
    try:
        call_command("audit_register")
    except SystemExit as end:
        return int(end.code), capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_the_inspection_finds_everything_intact(now: datetime, capsys) -> None:
    grow(4, now)
    publish_checkpoint(now=now)
    code, said = inspected(capsys)
    assert (code, said.count("intact")) == (0, 5)


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE audit_entry SET subject = 'autre' WHERE sequence = 2", "ligne 2"),
        ("UPDATE signing_checkpoint SET note = replace(note, '4', '5')", "point de contrôle 4"),
        ("UPDATE signing_timestamptoken SET gen_time = '2020-01-01T00:00:00Z'", "jeton"),
        # turned by one place: a letter to replace may be missing from a random digest
        ("UPDATE signing_timestamptoken SET digest = substr(digest, 2) || substr(digest, 1, 1)", "jeton"),
    ],
)
def test_the_inspection_names_what_was_altered(now: datetime, capsys, statement: str, place: str) -> None:
    grow(4, now)
    publish_checkpoint(now=now)
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(statement)
    code, said = inspected(capsys)
    assert code == 1
    assert f"ALTÉRÉ, {place}" in said


def test_a_register_rewritten_from_end_to_end_betrays_itself_by_an_old_checkpoint(
    now: datetime, capsys
) -> None:
    """Whoever holds database and triggers can rewrite all; a checkpoint that somebody kept says otherwise."""
    grow(4, now)
    publish_checkpoint(now=now)
    with without_triggers(), connection.cursor() as cursor:
        for table in ("audit_entry", "audit_node"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        Head.objects.update(size=0, frontier=b"")
    grow(6, now)
    code, said = inspected(capsys)
    assert code == 1
    assert "ne continue pas ce point de contrôle" in said


def test_base64_of_the_root_is_in_the_note(now: datetime) -> None:
    grow(1, now)
    note = publish_checkpoint(now=now).note
    assert base64.b64decode(note.split("\n")[2]) == audit.get_root(1)


def test_the_inspection_knows_the_seals_of_earlier_keys(settings, tmp_path, now: datetime, capsys) -> None:
    """A rotation leaves everything that was sealed and stamped before it provable."""
    settings.DATA_DIR = tmp_path
    certify(
        kind=EvidenceKind.DEPOSIT,
        subject=uuid.UUID(int=1),
        facts={"format": "urn:profil-acheteur:deposit-receipt:2"},
        action="bids.deposit.seal",
        about=uuid.UUID(int=2),
        data={},
        actor=SYSTEM,
        now=now,
    )
    authorities.rotate(current_authority(now).directory.parent, ["root", "tsa", "seal"], now)
    assert inspected(capsys)[0] == 0


def test_an_unchanged_page_brings_no_policy_that_would_replace_its_own(client):
    """A browser takes over the headers of a 304: under the general policy the page it holds shows nothing."""
    first = client.get("/registre/verifier.html")
    assert first["Content-Security-Policy"].startswith("default-src 'none'; script-src 'sha256-")
    again = client.get("/registre/verifier.html", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert "Content-Security-Policy" not in again
