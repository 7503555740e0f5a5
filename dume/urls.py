from django.urls import path

from dume.views import company, documents, steps

app_name = "dume"
ONE = "entreprise/dume/<uuid:response_id>/"

urlpatterns = [
    path("entreprise/dume/", company.mine, name="mine"),
    path("entreprise/dume/commencer/", company.start, name="start"),
    path(ONE, company.tasks, name="tasks"),
    path(f"{ONE}etapes/<slug:slug>/", steps.step, name="step"),
    path(f"{ONE}verifier/", company.check, name="check"),
    path(f"{ONE}terminer/", company.finish, name="finish"),
    path(f"{ONE}copier/", company.copy, name="copy"),
    path(f"{ONE}supprimer/", company.delete, name="delete"),
    path(f"{ONE}restes/", company.dismiss, name="dismiss"),
    path(f"{ONE}lire/", documents.document, name="document"),
    path(f"{ONE}dume.xml", documents.export_xml, name="export_xml"),
]
