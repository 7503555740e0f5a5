"""The one place where identifiers are checked: SIRET, SIREN, CPV, NUTS, INSEE, intra-Community VAT."""

import re

from stdnum.eu import vat
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number
from stdnum.util import clean

from procurement.errors import DomainError

#: Establishments of La Poste do not follow Luhn, its seat does: the sum of their digits is a multiple of 5 (INSEE).
LA_POSTE = "356000000"


class InvalidIdentifier(DomainError):
    """Cet identifiant n'est pas valide. Vérifiez la saisie : chiffres manquants ou inversés."""

    code = "invalid_identifier"
    status = 422


def is_siret(value: str) -> bool:
    """Whether `value` is 14 digits with a right check digit (Luhn; La Poste's own rule)."""
    if not re.fullmatch(r"[0-9]{14}", value, re.ASCII):
        return False
    if value.startswith(LA_POSTE) and sum(map(int, value)) % 5 == 0:
        return True
    return bool(siret_number.is_valid(value))


def is_siren(value: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{9}", value)) and bool(siren_number.is_valid(value))


def clean_siret(value: str) -> str:
    """14 digits without separators; InvalidIdentifier otherwise."""
    compact = clean(value, " .- \u202f").strip()
    if not is_siret(compact):
        raise InvalidIdentifier(
            f"Le SIRET « {value} » n'est pas valide : il compte 14 chiffres, dont une clé de contrôle."
        )
    return compact


def clean_siren(value: str) -> str:
    compact = clean(value, " .- \u202f").strip()
    if not is_siren(compact):
        raise InvalidIdentifier(
            f"Le SIREN « {value} » n'est pas valide : il compte 9 chiffres, dont une clé de contrôle."
        )
    return compact


def cpv_check_digit(code: str) -> int:
    """Check digit of the first eight digits of a CPV code (regulation (EC) 213/2008, annexe I)."""
    return (
        sum(int(digit) * weight for digit, weight in zip(code[:8], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
        % 11
    )


def clean_cpv(value: str) -> str:
    """Eight digits, optionally a dash and a check digit, as `NNNNNNNN` or `NNNNNNNN-N`."""
    compact = value.replace(" ", "")
    if not re.fullmatch(r"[0-9]{8}(-[0-9])?", compact) or compact.startswith(("00", "01", "02")):
        raise InvalidIdentifier(
            f"Le code CPV « {value} » n'est pas valide : il compte 8 chiffres (ex. 45000000-7)."
        )
    return compact


def clean_nuts(value: str) -> str:
    """A NUTS code of a place in the EU: two letters, then up to three characters (e.g. FRI13)."""
    compact = value.strip().upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]{0,3}", compact):
        raise InvalidIdentifier(f"Le code NUTS « {value} » n'est pas valide (ex. FRI13 pour les Landes).")
    return compact


def clean_insee(value: str) -> str:
    """A commune's official geographic code: five characters (2A and 2B in Corsica)."""
    compact = value.strip().upper()
    if not re.fullmatch(r"([0-9]{2}|2[AB])[0-9]{3}", compact):
        raise InvalidIdentifier(
            f"Le code INSEE « {value} » n'est pas valide : il compte 5 caractères (ex. 40192)."
        )
    return compact


def clean_vat(value: str) -> str:
    """An intra-Community VAT number, upper case without separators."""
    compact = clean(value, " .-").upper()
    if not vat.is_valid(compact):
        raise InvalidIdentifier(f"Le numéro de TVA « {value} » n'est pas valide.")
    return compact
