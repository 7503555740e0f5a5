from django.urls import path

from signing import views

app_name = "signing"
urlpatterns = [
    path("tsa", views.timestamp, name="timestamp"),
    path("tsa/ca.pem", views.certificates, name="certificates"),
    path("tsa/crl.pem", views.revocations, name="revocations"),
]
