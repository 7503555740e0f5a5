from django.urls import include, path

from procurement.api import api

handler500 = "procurement.portal.views.errors.server_error"

urlpatterns = [
    path("", include("procurement.portal.urls")),
    path("", include("tenders.urls")),
    path("", include("bids.urls")),
    path("", include("essential_data.urls")),
    path("", include("dume.urls")),
    path("", include("signing.urls")),
    path("compte/", include("allauth.urls")),
    path("api/v1/", api.urls),
]
