"""The page says what `check_receipt` says, word for word, of folders good and bad (issue 3)."""

import base64
import io
import json
import zipfile

import pytest
from zipstream import ZipStream

from signing.folder.checks import Latest, check_contents
from signing.verification.facts import Content
from tests.browser.verifier.conftest import choose
from tests.factories.evidence import LATER, OWN_FILES, SIZE, flipped, zipped
from tests.signing.folder.outside import NAME
from tests.signing.folder.test_opening import report_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
PARTS = [
    "receipt.json",
    "receipt.json.p7s",
    "receipt.json.tsr",
    "ca.pem",
    "register-key.txt",
    "COMMENT-VERIFIER.txt",
    "checkpoint.txt",
]
#: Checks many variants of one folder in the page: each is [[name, base64], …] to put over the others.
CHECK_ALL = """async ([files, variants, options]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const read = (pairs) => Object.fromEntries(pairs.map(([name, text]) => [name, bytes(text)]));
  const whole = read(files);
  const {latest} = options;
  const given = {latest: latest && {name: latest[0], text: bytes(latest[1])}};
  const found = [];
  for (const variant of variants) {
    const report = await checkEvidence({...whole, ...read(variant)}, given);
    const {checks, verdict, position, checkpoint, kind, received_at} = report;
    found.push({checks, verdict, position, checkpoint, kind, received_at});
  }
  return found;
}"""


def encoded(files):
    return [[name, base64.b64encode(data).decode()] for name, data in files.items()]


def in_page(page, files, variants, latest=None):
    """What the page says of each variant: files to put over the others."""
    options = {"latest": encoded({latest.name: latest.text})[0] if latest else None}
    return page.evaluate(CHECK_ALL, [encoded(files), [encoded(variant) for variant in variants], options])


def in_python(files, variant, **options):
    contents = {name: Content.of(name, data) for name, data in {**files, **variant}.items()}
    answer = check_contents(contents, **options).as_json("")
    del answer["path"]
    return answer


def same(page, files, variants, **options):
    """Both sides say the same of every variant, word for word."""
    ours = [in_python(files, variant, **options) for variant in variants]
    theirs = in_page(page, files, variants, **options)
    differences = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    assert [differing(*pair) for pair in differences] == []


def differing(ours, theirs):
    checks = zip(ours.pop("checks"), theirs.pop("checks"), strict=False)
    return [pair for pair in [*checks, (ours, theirs)] if pair[0] != pair[1]]


@pytest.mark.parametrize("name", PARTS)
def test_both_say_the_same_of_an_altered_part(open_page, files, name):
    del files["receipt.pdf"]
    data = files[name]
    changes = [{name: flipped(data, position)} for position in range(0, len(data), 1 + len(data) // 150)]
    ends = [{name: changed} for changed in (b"", data[:-1], data[1:], data + b"\n", data[:100])]
    same(open_page(), files, [*changes, *ends])


def test_both_say_the_same_of_an_altered_pdf(open_page, files):
    pdf = files["receipt.pdf"]
    positions = [*range(0, len(pdf), 1500), *range(len(pdf) - 900, len(pdf), 12)]
    sealed_end = pdf.index(b"%%EOF", pdf.index(b"ETSI.CAdES")) + 6
    others = [pdf + b"\n", pdf[:-1], pdf[:sealed_end], pdf[: pdf.index(b"%%EOF") + 6], b""]
    same(
        open_page(),
        files,
        [{"receipt.pdf": data} for data in [*(flipped(pdf, p) for p in positions), *others]],
    )


def test_both_say_the_same_of_what_was_added_to_the_receipt(open_page, files, made):
    """Pages changed after the seal, renewed time stamps, outside time stamps."""
    renewed = made.variants["renewed"]["receipt.pdf"]
    drawn = {"receipt.pdf": renewed.replace(b"-9999", b"-9998")}
    token = made.variants["qualified"][NAME]
    cut = [{NAME: flipped(token, position)} for position in range(0, len(token), 60)]
    same(open_page(), files, [*made.variants.values(), drawn, *cut])


def test_both_say_the_same_of_a_seal_of_another_authority(open_page, made):
    seal = made.external["receipt.json.p7s"]
    changes = [{"receipt.json.p7s": flipped(seal, position)} for position in range(0, len(seal), 150)]
    same(open_page(), made.external, [{}, *changes])


@pytest.mark.corpus
def test_both_say_the_same_of_the_tokens_of_many_makers(open_page, files, shared_data):
    tokens = sorted((shared_data / "signing" / "open" / "rfc3161").glob("*.ts[rt]"))
    assert len(tokens) > 10
    same(open_page(), files, [{NAME: token.read_bytes()} for token in tokens])


def test_both_say_the_same_of_other_folders(open_page, files, made):
    page = open_page()
    same(page, files, [{}, OWN_FILES, {"prix.csv": b"autre"}, {"notes.txt": b"a"}, {"minutes.json": b"{}"}])
    same(page, made.minutes.files, [{}])
    for name in (*PARTS, "receipt.pdf"):
        same(page, {other: data for other, data in files.items() if other != name}, [{}])


def test_both_say_the_same_of_hostile_documents(open_page, files):
    facts = json.loads(files["receipt.json"])
    written_otherwise = [
        json.dumps(facts).encode(),
        b'{"format":1}',
        b"[]",
        b"[" * 100_000,
        b'{"a":NaN}',
        b'{"a":1,"a":1}',
        b'{"a":"\\ud800"}',
        b"\xef\xbb\xbf{}",
        b"\xff",
        b'{"__proto__":1}',
        b'{"register":{"line":[]}}',
    ]
    same(open_page(), files, [{"receipt.json": data} for data in written_otherwise])


@pytest.mark.parametrize("size", [SIZE - 1, SIZE, SIZE + 5, LATER])
def test_both_say_the_same_of_a_state_kept_elsewhere(open_page, files, made, size):
    page = open_page()
    register = made.receipt.register
    same(page, files, [{}], latest=Latest("garde.txt", register.note(size).encode()))
    if size >= SIZE:
        same(page, files, [{}], latest=Latest("garde.txt", register.consistency(SIZE, size).encode()))


# --- Archives ---------------------------------------------------------------------------------------------------------
def archives(files):
    """ZIPs of many makers, good and bad."""
    return {
        "root": zipped(files),
        "folder": zipped(files, "recepisse-3/"),
        "deep": zipped(files, "a/b/"),
        "own": zipped({**files, **OWN_FILES}),
        "stored": made_by(files, zipfile.ZIP_STORED),
        "streamed": streamed(files),
        "large": made_by(files, zipfile.ZIP_DEFLATED, large=True),
        "damaged": made_by(files, zipfile.ZIP_STORED).replace(b"-----BEGIN", b"-----begin", 1),
        "bomb": zipped({**files, "zeros": bytes(100_000_000)}),
        "outside": zipped({**files, "../x": b"a"}),
        "litter": zipped({**files, "__MACOSX/._receipt.json": b"a", ".DS_Store": b"b"}),
        "short": zipped(files)[:-30],
        "accents": zipped({**files, "pièce n° 1.txt": b"a"}),
    }


def made_by(files, method, *, large=False):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", method) as archive:
        for name, content in files.items():
            with archive.open(name, "w", force_zip64=large) as entry:
                entry.write(content)
    return output.getvalue()


def streamed(files):
    """As a server sends it: sizes come after the contents."""
    zs = ZipStream(compress_type=zipfile.ZIP_DEFLATED)
    for name, content in files.items():
        zs.add(content, name)
    return b"".join(zs)


NAMES = [
    "root",
    "folder",
    "deep",
    "own",
    "stored",
    "streamed",
    "large",
    "damaged",
    "bomb",
    "outside",
    "litter",
]


@pytest.mark.parametrize("name", [*NAMES, "short", "accents"])
def test_both_say_the_same_of_an_archive(open_page, files, tmp_path, name):
    path = tmp_path / "preuves.zip"
    path.write_bytes(archives(files)[name])
    page = open_page()
    choose(page, path)
    shown = [
        (item.get_attribute("data-check"), item.get_attribute("data-outcome"), item.text_content())
        for item in page.query_selector_all("#checks li")
    ]
    expected = report_on(path).checks
    assert [found[:2] for found in shown] == [(check.check, check.outcome) for check in expected]
    assert all(found[2].endswith(check.message) for found, check in zip(shown, expected, strict=True))
