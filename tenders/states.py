from django.db.models import TextChoices

from procurement.states import Transitions


class ConsultationState(TextChoices):
    """Stored human decisions only: "closed" is not here, the deadline and the clock say it."""

    #: The buyer prepares it; nobody else sees it. (tenders.services.drafting.create_consultation)
    DRAFT = "draft", "Brouillon"
    #: Online, open to deposits until the deadline. (tenders.services.publication.publish_consultation)
    PUBLISHED = "published", "En ligne"
    #: Bids have been opened. (bids.services.opening -> tenders.services.publication.mark_opened)
    OPENED = "opened", "Plis ouverts"
    #: Abandoned or unsuccessful, with a reason. (tenders.services.publication.cancel_consultation)
    CANCELLED = "cancelled", "Sans suite"


CONSULTATION: Transitions[ConsultationState] = Transitions(
    {
        "publish": (frozenset({ConsultationState.DRAFT}), ConsultationState.PUBLISHED),
        "open": (frozenset({ConsultationState.PUBLISHED}), ConsultationState.OPENED),
        "cancel": (
            frozenset({ConsultationState.PUBLISHED, ConsultationState.OPENED}),
            ConsultationState.CANCELLED,
        ),
    }
)


class Envelope(TextChoices):
    """The two parts of what a company hands in; they may open on different days."""

    CANDIDATURE = "candidature", "Candidature"
    OFFER = "offer", "Offre"


class Phase(TextChoices):
    """Where a consultation stands for the one who looks at it: derived from facts and now, never stored."""

    DRAFT = "draft", "Brouillon"
    OPEN = "open", "En cours"
    CLOSED = "closed", "Clôturée : plis à ouvrir"
    OPENED = "opened", "Plis ouverts : analyse"
    AWARDED = "awarded", "Attribuée"
    NOTIFIED = "notified", "Notifiée"
    CANCELLED = "cancelled", "Sans suite"


class LetterKind(TextChoices):
    REJECTION = "rejection", "Lettre de rejet"
    AWARD = "award", "Information de l'attributaire"
    NOTIFICATION = "notification", "Notification du marché"
    OTHER = "other", "Courrier"
