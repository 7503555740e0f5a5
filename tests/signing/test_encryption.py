"""Sealed files: the age format, streamed; nothing in clear leaves the sink, no thread stays behind (P7-T9)."""

import errno
import hashlib
import io
import os
import threading
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.encryption import (
    PIECE,
    WAITING_PIECES,
    EncryptingSink,
    Measure,
    Unreadable,
    decrypt_to,
    encrypting_sink,
    new_identity,
)

RECIPIENT, IDENTITY = new_identity()
CANARY = b"MONTANT-DE-L-OFFRE-84999-EUROS"


def seal(content: bytes, recipient: str = RECIPIENT) -> bytes:
    target = io.BytesIO()
    with encrypting_sink(target, recipient) as sink:
        sink.write(content)
        sink.close()
    return target.getvalue()


def open_(cipher: bytes, identity: str = IDENTITY) -> bytes:
    target = io.BytesIO()
    decrypt_to(io.BytesIO(cipher), target, identity)
    return target.getvalue()


@pytest.fixture(autouse=True)
def no_thread_stays_behind():
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


# --- Round trip -------------------------------------------------------------------------------------------------
@given(st.lists(st.binary(max_size=100_000), max_size=5))
def test_what_is_pushed_in_any_pieces_comes_back(pieces):
    target, clear = io.BytesIO(), b"".join(pieces)
    with encrypting_sink(target, RECIPIENT) as sink:
        for piece in pieces:
            sink.write(piece)
        sealed = sink.close()
    assert sealed.clear == Measure(len(clear), hashlib.sha256(clear).hexdigest())
    assert sealed.cipher == Measure(len(target.getvalue()), hashlib.sha256(target.getvalue()).hexdigest())
    back = io.BytesIO()
    assert decrypt_to(io.BytesIO(target.getvalue()), back, IDENTITY) == sealed.clear
    assert back.getvalue() == clear


@pytest.mark.parametrize("size", [0, 1, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, PIECE * 3 + 17])
def test_sizes_around_the_format_s_own_pieces_come_back(size):
    content = os.urandom(size)
    assert open_(seal(content)) == content


def test_the_clear_content_is_nowhere_in_the_cipher():
    cipher = seal(CANARY * 5000)
    assert CANARY not in cipher
    assert CANARY[:12] not in cipher


# --- The format is everybody's ---------------------------------------------------------------------------------
def test_the_age_program_opens_what_we_seal_and_we_open_what_it_seals(tmp_path, run):
    content = CANARY * 10_000
    (tmp_path / "identity").write_text(IDENTITY)
    (tmp_path / "pli").write_bytes(content)
    (tmp_path / "pli.age").write_bytes(seal(content))
    assert run("age", "-d", "-i", "identity", "-o", "clair", "pli.age").returncode == 0
    assert (tmp_path / "clair").read_bytes() == content
    assert run("age", "-r", RECIPIENT, "-o", "autre.age", "pli").returncode == 0
    assert open_((tmp_path / "autre.age").read_bytes()) == content


# --- Damage is told ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda _: b"PK\x03\x04 anything",
        lambda cipher: cipher[:100],
        lambda cipher: cipher[:-1],
        lambda cipher: cipher[: len(cipher) - 65552],  # exactly one piece of the format is missing
        lambda cipher: cipher + b"more",
        lambda cipher: cipher[:-40] + bytes([cipher[-40] ^ 1]) + cipher[-39:],
    ],
    ids=["empty", "foreign", "header cut", "end cut", "piece missing", "longer", "changed"],
)
def test_a_damaged_file_is_unreadable(damage):
    cipher = seal(os.urandom(65536 * 3))
    with pytest.raises(Unreadable):
        open_(damage(cipher))


def test_another_identity_opens_nothing():
    with pytest.raises(Unreadable):
        open_(seal(CANARY), new_identity()[1])


def test_errors_of_the_target_and_of_the_source_are_not_called_damage():
    class Full(io.RawIOBase):
        def write(self, _data):
            raise OSError(errno.ENOSPC, "No space left on device")

    class Gone(io.RawIOBase):
        def read(self, _size):
            raise ConnectionResetError

    with pytest.raises(OSError, match="No space left"):
        decrypt_to(io.BytesIO(seal(CANARY)), Full(), IDENTITY)
    with pytest.raises(ConnectionResetError):
        decrypt_to(Gone(), io.BytesIO(), IDENTITY)


# --- The sink under bad weather -----------------------------------------------------------------------------------
class Disk:
    """Takes `room` bytes, then is full."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.error = OSError(errno.ENOSPC, "No space left on device")

    def write(self, data: bytes) -> int:
        if len(data) > self.room:
            raise self.error
        self.room -= len(data)
        return len(data)


@pytest.mark.parametrize("room", [0, 1000, 100_000, 3_000_000])
def test_a_full_disk_is_told_to_the_one_who_pushes_with_the_same_error(room):
    disk = Disk(room)
    sink = encrypting_sink(disk, RECIPIENT)
    with pytest.raises(OSError, match="No space left") as raised:
        for _ in range(200):
            sink.write(b"x" * 65536)
        sink.close()
    assert raised.value is disk.error
    with pytest.raises(ValueError, match="ended"):
        sink.write(b"more")


def test_a_full_disk_at_the_very_end_is_told_by_close():
    disk = Disk(400)  # the header passes, the last piece does not
    sink = encrypting_sink(disk, RECIPIENT)
    sink.write(b"x" * 1000)
    with pytest.raises(OSError, match="No space left"):
        sink.close()


def test_an_aborted_sink_leaves_a_file_that_nobody_can_take_for_whole():
    target = io.BytesIO()
    sink = encrypting_sink(target, RECIPIENT)
    sink.write(b"x" * 500_000)
    sink.abort()
    sink.abort()
    with pytest.raises(Unreadable):
        open_(target.getvalue())


def test_leaving_the_with_statement_by_an_error_aborts():
    target = io.BytesIO()
    with pytest.raises(RuntimeError), encrypting_sink(target, RECIPIENT) as sink:
        sink.write(b"x" * 500_000)
        raise RuntimeError
    with pytest.raises(Unreadable):
        open_(target.getvalue())


def test_a_forgotten_sink_ends_its_thread():
    sink = encrypting_sink(io.BytesIO(), RECIPIENT)
    thread = sink._thread
    sink.write(b"x" * 1000)
    del sink
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_a_writer_that_takes_a_little_at_a_time_receives_everything():
    class Slow(io.BytesIO):
        def write(self, data):
            return super().write(data[:1000])

    target = Slow()
    with encrypting_sink(target, RECIPIENT) as sink:
        sink.write(CANARY * 1000)
        sink.close()
    assert open_(target.getvalue()) == CANARY * 1000


def test_memory_is_constant_whatever_the_size_of_the_pushed_pieces():
    class Nowhere:
        def write(self, data):
            return len(data)

    piece = os.urandom(8 * 1024 * 1024)
    tracemalloc.start()
    with EncryptingSink(Nowhere(), RECIPIENT) as sink:
        for _ in range(12):
            sink.write(piece)
        assert sink.close().clear.size == 12 * len(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < PIECE * (WAITING_PIECES + 4)
