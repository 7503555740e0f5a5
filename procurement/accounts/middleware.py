from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from procurement.accounts.access import access_for
from procurement.organisations.models import Kind

#: What remains open while the second factor is being set up.
OPEN_PATHS = ("/compte/", "/static/", "/sante/")


class RequireSecondFactor:
    """Sends members of buyers and of the operator to set up a second factor before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.REQUIRE_SECOND_FACTOR and self.lacks_it(request):
            messages.warning(
                request,
                "Ajoutez un second facteur pour continuer : une clé d'accès ou un code à usage unique.",
            )
            return redirect("mfa_index")
        return self.get_response(request)

    def lacks_it(self, request: HttpRequest) -> bool:
        if request.path.startswith(OPEN_PATHS) or not request.user.is_authenticated:
            return False
        access = access_for(request)
        if access.kind not in {Kind.BUYER, Kind.OPERATOR}:
            return False
        return not Authenticator.objects.filter(user_id=request.user.pk).exists()
