from django.urls import path

from essential_data.views import buyer, files, public

app_name = "essential_data"

#: The number may hold slashes, so the addresses of files come before the page's.
urlpatterns = [
    path("donnees-essentielles/", public.contract_list, name="list"),
    path("donnees-essentielles/marches.json", files.bulk_json, name="bulk_json"),
    path("donnees-essentielles/marches.xml", files.bulk_xml, name="bulk_xml"),
    path("donnees-essentielles/marches.csv", files.bulk_csv, name="bulk_csv"),
    path("donnees-essentielles/<str:siret>/<path:number>.json", files.contract_json, name="contract_json"),
    path("donnees-essentielles/<str:siret>/<path:number>.xml", files.contract_xml, name="contract_xml"),
    path(
        "donnees-essentielles/<str:siret>/<path:number>/preuve.zip",
        files.publication_proof,
        name="publication_proof",
    ),
    path("donnees-essentielles/<str:siret>/<path:number>/", public.contract_page, name="contract"),
    path("acheteur/donnees-essentielles/", buyer.contract_list, name="mine"),
    path("acheteur/donnees-essentielles/<uuid:contract_id>/", buyer.contract_file, name="buyer_contract"),
    path("acheteur/donnees-essentielles/<uuid:contract_id>/publier/", buyer.publish, name="buyer_publish"),
]
