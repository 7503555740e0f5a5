from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from procurement.accounts.access import access_for
from procurement.portal.demonstration.cast import accounts_shown


def platform(request: HttpRequest) -> dict[str, Any]:
    """What every page knows. Visitors have no session: nothing here may create one."""
    return {
        "platform_name": settings.PLATFORM_NAME,
        "access": access_for(request),
        "server_now": timezone.now(),
        "demo_accounts": accounts_shown()
        if settings.DEMO and request.path == reverse("account_login")
        else [],
    }
