from django.urls import path

from dume.views import company, documents, group, steps

app_name = "dume"
ONE = "entreprise/dume/<uuid:response_id>/"
MEMBER = "entreprise/dume/membres/<uuid:member_id>/"

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
    path(f"{ONE}groupement/", group.group, name="group"),
    path(MEMBER, group.read_member, name="read_member"),
    path(f"{MEMBER}remplir/", group.join, name="join"),
    path(f"{MEMBER}apporter/", group.bring, name="bring"),
    path(f"{MEMBER}retirer/", group.remove, name="remove_member"),
    path(f"{ONE}lire/", documents.document, name="document"),
    path(f"{ONE}dume.xml", documents.export_xml, name="export_xml"),
    path(f"{ONE}dume.html", documents.export_html, name="export_html"),
    path(f"{ONE}dume.pdf", documents.export_pdf, name="export_pdf"),
]
