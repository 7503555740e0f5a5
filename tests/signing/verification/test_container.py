"""Hostile archives are refused before anything large is inflated."""

import io
import stat
import tracemalloc
import zipfile

import pytest

from signing.verification.asic import container
from signing.verification.asic.container import ContainerRefused, open_container


def archive(*entries, **options):
    """Each entry is (name or ZipInfo, data)."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", options.pop("compression", zipfile.ZIP_DEFLATED)) as file:
        for name, data in entries:
            file.writestr(name, data)
    return output.getvalue()


def refusal(data):
    with pytest.raises(ContainerRefused) as caught:
        open_container(data)
    return str(caught.value)


def test_the_files_of_an_archive_are_read():
    found = open_container(archive(("mimetype", b"x"), ("dossier/", b""), ("dossier/a.txt", b"abc")))
    assert found.contents == {"mimetype": b"x", "dossier/a.txt": b"abc"}
    assert [(entry.name, entry.rank) for entry in found.entries] == [("mimetype", 0), ("dossier/a.txt", 2)]


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../a", "a/../../b", "C:/a", "a\\b", "a//b", "./a", "a\x01b", "x" * 2000]
)
def test_a_path_that_leaves_its_folder_is_refused(name):
    assert "chemin" in refusal(archive((zipfile.ZipInfo(name), b"")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("one", "other"),
    [("a.txt", "a.txt"), ("a.txt", "A.TXT"), ("e\N{COMBINING ACUTE ACCENT}.txt", "é.txt"), ("a", "a/")],
)
def test_two_files_that_somebody_could_take_for_each_other_are_refused(one, other):
    assert "deux fois" in refusal(archive((one, b"1"), (other, b"")))


def test_too_many_files_are_refused(monkeypatch):
    monkeypatch.setattr(container, "MAX_ENTRIES", 2)
    assert "plus de 2 fichiers" in refusal(archive(*((str(number), b"") for number in range(3))))


def test_a_bomb_is_refused_without_inflating_it():
    bomb = archive(("bombe", bytes(100 * 1024 * 1024)))
    tracemalloc.start()
    assert "démesuré" in refusal(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * 1024 * 1024


def test_the_total_is_bounded(monkeypatch):
    monkeypatch.setattr(container, "MAX_TOTAL", 150)
    assert "démesuré" in refusal(archive(("a", b"a" * 100), ("b", b"b" * 100)))


def test_a_bomb_inside_an_archive_is_refused():
    inner = archive(("bombe", bytes(20 * 1024 * 1024)))
    assert "démesuré" in refusal(archive(("interieur.zip", inner)))


def test_archives_within_archives_have_a_limit():
    nested = archive(("a.txt", b"a"))
    for _ in range(container.MAX_NESTING):
        nested = archive(("a.zip", nested))
    assert open_container(nested)
    assert "emboîte" in refusal(archive(("a.zip", archive(("a.zip", nested)))))


def test_a_link_is_refused():
    link = zipfile.ZipInfo("lien")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "lien" in refusal(archive((link, b"/etc/passwd")))


def test_an_encrypted_file_is_refused():
    data = bytearray(archive(("a.txt", b"abc")))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    assert "chiffré" in refusal(bytes(data))


def test_another_compression_is_refused():
    assert "compression" in refusal(archive(("a", b"a" * 100), compression=zipfile.ZIP_BZIP2))


def test_a_size_that_is_not_the_declared_one_is_refused():
    data = bytearray(archive(("a.txt", b"abc" * 100)))
    size = data.index(b"PK\x01\x02") + 24
    for declared in (10, 500):
        data[size : size + 4] = declared.to_bytes(4, "little")
        assert refusal(bytes(data))


def test_a_name_that_differs_in_the_local_header_is_refused():
    data = bytearray(archive(("a.txt", b"abc")))
    data[data.index(b"a.txt")] = ord("b")
    assert "endommagé" in refusal(bytes(data))


def test_bytes_that_no_entry_holds_are_refused():
    assert "hors de tout fichier" in refusal(b"%PDF-1.7 " + archive(("a.txt", b"abc")))


def test_entries_that_share_bytes_are_refused():
    one = archive(("a.txt", b"abc"), ("b.txt", b"abc"))
    data = bytearray(one)
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    data[second + 42 : second + 46] = (0).to_bytes(4, "little")
    assert refusal(bytes(data))


@pytest.mark.parametrize("cut", [1, 30, 60])
def test_a_truncated_archive_is_refused(cut):
    assert "endommagé" in refusal(archive(("a.txt", b"abc"))[:-cut])


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["zip-bomb-package-zip-1gb.bdoc", "zip-bomb-package-zip.asics"])
def test_the_bombs_of_the_corpus_are_refused(shared_data, name):
    assert refusal((shared_data / "signing" / "open" / "asic-digidoc" / name).read_bytes())
