"""Amounts in euros, always excluding tax (HT), always Decimal."""

from decimal import Decimal, InvalidOperation

from procurement.errors import DomainError

CENT = Decimal("0.01")
#: Of the whole part; far above any contract, far below what exhausts memory (1e3000).
MAX_DIGITS = 11
NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"


class InvalidAmount(DomainError):
    """Ce montant n'est pas lisible. Écrivez-le en euros hors taxes, par exemple 85 000,50."""

    code = "invalid_amount"
    status = 422


def parse_amount(text: str) -> Decimal:
    """Read « 85 000,50 € » or "85000.50" as Decimal("85000.50"); InvalidAmount if unreadable or negative."""
    compact = text.replace("€", "").replace("HT", "")
    compact = "".join(compact.split()).replace(NARROW_SPACE, "").replace(",", ".")
    try:
        amount = Decimal(compact)
    except InvalidOperation:
        raise InvalidAmount(value=text) from None
    if (
        not amount.is_finite()
        or amount < 0
        or amount.adjusted() > MAX_DIGITS
        or amount != amount.quantize(CENT)
    ):
        raise InvalidAmount(value=text)
    return amount.quantize(CENT)


def format_euros(amount: Decimal) -> str:
    """« 85 000,50 € HT » with no-break spaces; cents are left out when there are none."""
    quantized = amount.quantize(CENT)
    text = f"{quantized:,.2f}".replace(",", NARROW_SPACE).replace(".", ",").removesuffix(",00")
    return f"{text}{NO_BREAK_SPACE}€{NO_BREAK_SPACE}HT"
