from procurement.errors import DomainError


class ServiceNotConnected(DomainError):
    """Le service national DUME n'est pas raccordé à cette plateforme. Rien n'a été envoyé ; le DUME se prépare et
    se dépose ici sans lui."""

    code = "national_service_not_connected"


class ServiceFailed(DomainError):
    """Le service national DUME n'a pas répondu. Rien n'a été changé ici ; recommencez plus tard."""

    code = "national_service_failed"
    status = 502


class AnswerUnreadable(ServiceFailed):
    """La réponse du service national DUME n'est pas lisible. Rien n'a été changé ici ; recommencez plus tard."""

    code = "national_service_unreadable"


class RequestRefused(DomainError):
    """Le service national DUME a refusé cette demande. Rien n'a été changé ici."""

    code = "national_service_refused"
    status = 422
