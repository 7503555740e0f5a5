from django.urls import path

from tenders.views import buyer, company, documents, drafting, espd, public

app_name = "tenders"

urlpatterns = [
    path("consultations/", public.consultation_list, name="list"),
    path("consultations/<uuid:consultation_id>/", public.detail, name="detail"),
    path("consultations/<uuid:consultation_id>/dossier.zip", public.documents_zip, name="documents_zip"),
    path(
        "consultations/<uuid:consultation_id>/documents/<uuid:document_id>/", public.document, name="document"
    ),
    path("consultations/<uuid:consultation_id>/dume/", public.espd, name="espd_page"),
    path("consultations/<uuid:consultation_id>/suivre/", public.follow, name="follow"),
    path("acheteur/consultations/", buyer.consultation_list, name="buyer_list"),
    path("acheteur/consultations/nouvelle/", drafting.create, name="create"),
    path("acheteur/consultations/<uuid:consultation_id>/", buyer.workspace, name="workspace"),
    path("acheteur/consultations/<uuid:consultation_id>/modifier/", drafting.edit, name="edit"),
    path("acheteur/consultations/<uuid:consultation_id>/documents/", documents.documents, name="documents"),
    path(
        "acheteur/consultations/<uuid:consultation_id>/documents/envoi/",
        documents.upload,
        name="document_upload",
    ),
    path(
        "acheteur/consultations/<uuid:consultation_id>/documents/<uuid:document_id>/",
        documents.download,
        name="buyer_document",
    ),
    path(
        "acheteur/consultations/<uuid:consultation_id>/documents/<uuid:document_id>/retirer/",
        documents.remove,
        name="document_remove",
    ),
    path("acheteur/consultations/<uuid:consultation_id>/dume/", espd.espd, name="espd"),
    path("acheteur/consultations/<uuid:consultation_id>/dume/criteres/", espd.criteria, name="espd_criteria"),
    path(
        "acheteur/consultations/<uuid:consultation_id>/dume/criteres/<slug:code>/",
        espd.criterion,
        name="espd_criterion",
    ),
    path(
        "acheteur/consultations/<uuid:consultation_id>/dume/criteres/<slug:code>/<int:position>/",
        espd.criterion,
        name="espd_criterion_change",
    ),
    path(
        "acheteur/consultations/<uuid:consultation_id>/dume/criteres/<slug:code>/<int:position>/retirer/",
        espd.remove_criterion,
        name="espd_criterion_remove",
    ),
    path(
        "acheteur/consultations/<uuid:consultation_id>/dume/motifs-nationaux/",
        espd.national,
        name="espd_national",
    ),
    path("acheteur/consultations/<uuid:consultation_id>/dume/apercu/", espd.preview, name="espd_preview"),
    path("acheteur/consultations/<uuid:consultation_id>/dume/demande.xml", espd.download, name="espd_xml"),
    path("acheteur/consultations/<uuid:consultation_id>/dume/retirer/", espd.drop, name="espd_drop"),
    path("acheteur/consultations/<uuid:consultation_id>/publier/", buyer.publish, name="publish"),
    path("acheteur/consultations/<uuid:consultation_id>/sans-suite/", buyer.cancel, name="cancel"),
    path("acheteur/consultations/<uuid:consultation_id>/historique/", buyer.history, name="history"),
    path("acheteur/consultations/<uuid:consultation_id>/retraits/", buyer.withdrawals, name="withdrawals"),
    path("acheteur/consultations/<uuid:consultation_id>/courriers/", buyer.letters, name="letters"),
    path(
        "acheteur/consultations/<uuid:consultation_id>/courriers/<uuid:letter_id>/preuve.zip",
        buyer.delivery,
        name="buyer_delivery",
    ),
    path("entreprise/courriers/", company.inbox, name="inbox"),
    path("entreprise/courriers/<uuid:letter_id>/", company.letter, name="letter"),
    path("entreprise/courriers/<uuid:letter_id>/preuve.zip", company.delivery, name="delivery"),
]
