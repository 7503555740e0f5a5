from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from procurement.actors import Actor
from procurement.audit import services as audit
from procurement.errors import DomainError
from procurement.identifiers import clean_siret
from procurement.organisations.models import Kind, Organisation


class OrganisationExists(DomainError):
    """Une organisation est déjà inscrite avec ce SIRET. Demandez à son administrateur de vous inviter."""

    code = "organisation_exists"


@transaction.atomic
def register_organisation(
    *,
    kind: Kind,
    name: str,
    actor: Actor,
    now: datetime,
    siret: str = "",
    foreign_id: str = "",
    country: str = "FR",
    legal_form: str = "",
    insee_code: str = "",
    time_zone: str = "Europe/Paris",
) -> Organisation:
    """Enter an organisation; its SIRET is checked and unique among those of its kind."""
    siret = clean_siret(siret) if siret else ""
    if siret and Organisation.objects.filter(kind=kind, siret=siret).exists():
        raise OrganisationExists(siret=siret)
    organisation = Organisation.objects.create(
        kind=kind,
        name=name,
        slug=free_slug(name),
        siret=siret,
        foreign_id=foreign_id,
        country=country,
        legal_form=legal_form,
        insee_code=insee_code,
        time_zone=time_zone,
        created_at=now,
    )
    audit.record(
        action="organisations.organisation.register",
        subject=organisation.pk,
        actor=actor,
        at=now,
        data={"kind": str(kind), "siret": siret, "name": name},
    )
    return organisation


def free_slug(name: str) -> str:
    """The name as an address, with a number where it is taken."""
    base = slugify(name)[:70] or "organisation"
    slug, number = base, 1
    while Organisation.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
