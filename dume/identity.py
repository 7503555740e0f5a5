"""Who buys, who answers and who signs for them: the parts of dume.model that name people and organisations."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identifier:
    """`scheme` is the kind of number ("VAT"), else `agency`, who gave it. `is_endpoint`: written as the address for
    electronic exchange, and nowhere else."""

    value: str
    scheme: str = ""
    agency: str = ""
    is_endpoint: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """`postbox` beside a postcode only: 1.0.2 writes the postcode there."""

    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    building: str = ""
    postbox: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    name: str = ""
    telephone: str = ""
    email: str = ""
    fax: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    name: str = ""
    identifiers: tuple[Identifier, ...] = ()
    address: Address = Address()
    contact: Contact = Contact()
    website: str = ""

    @property
    def identifier(self) -> str:
        return self.identifiers[0].value if self.identifiers else ""


NO_PARTY = Party()


@dataclass(frozen=True, slots=True)
class Standing:
    """What 2.x says of an operator beside its answers (QualifyingParty): staff and turnover as written, and the
    list on which `party` has put it, or the `party` it is and its size."""

    employees: str = ""
    turnover: str = ""
    currency: str = ""
    party: Party = Party()
    size: str = ""


@dataclass(frozen=True, slots=True)
class Operator:
    """Part II.A. `role` and `size` are codes as written, lower case (EoRoleType, economic-operator-size)."""

    party: Party = Party()
    role: str = ""
    size: str = ""
    role_description: str = ""
    group_name: str = ""
    standings: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class Representative:
    """Part II.B: who may commit the operator. `birth_date` is text as written; `mandate` is what the power says
    where 1.0.2 has it beside the capacity."""

    first_name: str = ""
    family_name: str = ""
    capacity: str = ""
    contact: Contact = Contact()
    address: Address = Address()
    birth_date: str = ""
    birth_place: str = ""
    mandate: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.family_name}".strip()
