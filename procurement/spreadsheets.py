"""What is written for spreadsheets holds no text that they would run."""

#: A text that starts so is taken for a formula (OWASP, "CSV injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(text: str) -> str:
    """Text that a spreadsheet would run is preceded by an apostrophe."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
