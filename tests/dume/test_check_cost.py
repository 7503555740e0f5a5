"""What a check may cost: another process, so that nothing of this one is counted."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

#: VmHWM and not `ru_maxrss`: a child begins with the peak of the process that forked it.
MEASURED = """
import re, sys
from pathlib import Path
import django
django.setup()
from dume.validate import check
for name in sys.argv[1:] * 10:
    check(Path(name).read_bytes())
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.corpus
def test_documents_of_every_version_are_checked_in_less_than_200_mib(shared_data):
    """Ten times each: a check leaves nothing behind that would wait for the garbage collector."""
    names = ["1.0.2/samples/uprc/espd-response.xml", "2.1.1/samples/edm/EXTENDED-ESPDResponse-2.1.1.xml"]
    names += [f"{version}/samples/ESPD-Response.xml" for version in ("3.3.0", "4.1.0")]
    run = subprocess.run(
        [sys.executable, "-c", MEASURED, *(str(shared_data / "dume" / name) for name in names)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(run.stdout) < 200
