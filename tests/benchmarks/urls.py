from django.http import HttpRequest, HttpResponse
from django.urls import path

from procurement.urls import handler500
from procurement.urls import urlpatterns as ours

__all__ = ["handler500", "urlpatterns"]

#: As much text as a page of the list, without database and without templates.
PAGE = "<!doctype html><title>rien</title>" + "<p>Une ligne de texte.</p>" * 400


def trivial(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE)


urlpatterns = [path("trivial/", trivial), *ours]
