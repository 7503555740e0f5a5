from collections.abc import Callable
from datetime import datetime

import pytest

from dume.samples import sample_response


@pytest.fixture
def response(now: datetime) -> bytes:
    """A simple 4.1.0 response: no ground declared, turnover and staff given."""
    return sample_response(now=now)


@pytest.fixture
def edited(response: bytes) -> Callable[..., bytes]:
    """The same response with texts replaced; each must be there, so that no test edits nothing."""

    def edit(*replacements: tuple[str, str]) -> bytes:
        text = response.decode()
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new)
        return text.encode()

    return edit
