"""From a sealed piece to its clear copy in the area of opened bids, in constant memory."""

from contextlib import suppress
from datetime import datetime
from hashlib import sha256

from bids.models import Piece
from procurement.files import services as files
from procurement.files.kinds import HEAD_BYTES, detect
from procurement.files.models import Area, StoredFile
from signing.encryption import Unreadable, decrypt_to


def decipher(*, piece: Piece, identity: str, now: datetime) -> StoredFile | None:
    """The clear copy of a piece; None when the cipher text is damaged, lost or not for this key.

    The copy has the piece's own key in the store: a run that is killed leaves nothing behind, whether it dies while
    it writes (the next one writes over it) or just after (the next one takes it). Raises OSError, StorageFull.
    """
    key = f"plis/{piece.deposit_id}/{piece.pk}"
    kept = files.find(area=Area.OPENED, key=key)
    if kept is not None:
        return kept
    sink = files.StoringSink(area=Area.OPENED, name=piece.name, now=now, key=key)
    target = _Headed(sink)
    try:
        with files.open_stored(piece.cipher) as source:
            decrypt_to(source, target, identity)
        sink.media_type = detect(target.head, piece.name).media_type
        return sink.finish()
    except (Unreadable, FileNotFoundError, files.EmptyFile):
        return None
    finally:
        sink.abort()


def is_cipher_intact(piece: Piece) -> bool:
    """Whether the stored cipher text is still the one received: tells our fault from the depositor's."""
    digest = sha256()
    with suppress(FileNotFoundError):
        for block in files.read_chunks(piece.cipher):
            digest.update(block)
    return digest.hexdigest() == piece.cipher.sha256


class _Headed:
    """Passes on to the store, and keeps the first bytes: they say what kind of file it is."""

    def __init__(self, sink: files.StoringSink) -> None:
        self.sink = sink
        self.head = b""

    def write(self, data: bytes) -> int:
        if len(self.head) < HEAD_BYTES:
            self.head += data[: HEAD_BYTES - len(self.head)]
        return self.sink.write(data)
