"""Who may do what inside an organisation. The tenant itself is not here: QuerySets decide what one sees."""

from collections.abc import Mapping
from enum import StrEnum

from django.db.models import TextChoices


class Role(TextChoices):
    OPERATOR_ADMIN = "operator_admin", "Administrateur de la plateforme"
    BUYER_ADMIN = "buyer_admin", "Administrateur de l'acheteur"
    EDITOR = "editor", "Rédacteur : prépare les consultations"
    PUBLISHER = "publisher", "Responsable : publie, attribue, signe les courriers"
    OPENER = "opener", "Ouvreur : ouvre les plis"
    READER = "reader", "Lecteur"
    COMPANY_ADMIN = "company_admin", "Administrateur de l'entreprise"
    COMPANY_MEMBER = "company_member", "Membre de l'entreprise"


class Ability(StrEnum):
    OPERATE = "operate"
    MANAGE_TEAM = "manage_team"
    MANAGE_TOKENS = "manage_tokens"
    READ_FILE = "read_file"
    PREPARE = "prepare"
    PUBLISH = "publish"
    OPEN_BIDS = "open_bids"
    AWARD = "award"
    DEPOSIT = "deposit"


BUYER_READING = frozenset({Ability.READ_FILE})

ROLE_ABILITIES: Mapping[str, frozenset[Ability]] = {
    Role.OPERATOR_ADMIN: frozenset({Ability.OPERATE}),
    Role.BUYER_ADMIN: BUYER_READING | {Ability.MANAGE_TEAM, Ability.MANAGE_TOKENS},
    Role.EDITOR: BUYER_READING | {Ability.PREPARE},
    Role.PUBLISHER: BUYER_READING | {Ability.PREPARE, Ability.PUBLISH, Ability.AWARD},
    Role.OPENER: BUYER_READING | {Ability.OPEN_BIDS},
    Role.READER: BUYER_READING,
    Role.COMPANY_ADMIN: frozenset({Ability.DEPOSIT, Ability.MANAGE_TEAM, Ability.MANAGE_TOKENS}),
    Role.COMPANY_MEMBER: frozenset({Ability.DEPOSIT}),
}


def abilities_of(roles: frozenset[str]) -> frozenset[Ability]:
    return frozenset().union(*(ROLE_ABILITIES[role] for role in roles))
