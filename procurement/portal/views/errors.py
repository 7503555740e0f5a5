from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def server_error(request: HttpRequest) -> HttpResponse:
    """A page that depends on nothing that may be broken, with the reference to quote."""
    return HttpResponse(
        render_to_string("500.html", {"reference": getattr(request, "reference", "inconnue")}), status=500
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The session ended or the page was kept too long: what was sent before is kept, the form must be reopened."""
    return render(request, "403_csrf.html", status=403)
