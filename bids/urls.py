from django.urls import path

from bids.buyer_urls import urlpatterns as buyer_patterns
from bids.views import (
    supplier,
    supplier_espd,
    supplier_pieces,
    supplier_sealing,
    supplier_simulation,
    supplier_upload,
)

app_name = "bids"
PLI = "entreprise/plis/<uuid:deposit_id>/"

urlpatterns = [
    # The company's side
    path("consultations/<uuid:consultation_id>/deposer/", supplier.start, name="start"),
    path("entreprise/plis/", supplier.mine, name="mine"),
    path("entreprise/plis/du-dume/<uuid:response_id>/", supplier_espd.deposit_of, name="deposit_of_dume"),
    path(PLI, supplier.draft, name="draft"),
    path(f"{PLI}lots/", supplier.lots, name="lots"),
    path(f"{PLI}candidature/", supplier_pieces.candidature, name="candidature"),
    path(f"{PLI}offre/<int:lot_number>/", supplier_pieces.offer, name="offer"),
    path(f"{PLI}dume/", supplier_pieces.espd, name="dume"),
    path(f"{PLI}dume/remplir/", supplier_espd.fill, name="fill_dume"),
    path(f"{PLI}dume/<uuid:response_id>/joindre/", supplier_espd.attach, name="attach_dume"),
    path(f"{PLI}fichiers/", supplier_upload.upload, name="upload"),
    path(f"{PLI}fichiers/<uuid:piece_id>/retirer/", supplier_pieces.remove_piece, name="remove_piece"),
    path(f"{PLI}fichiers/<uuid:piece_id>/rattacher/", supplier_pieces.assign_piece, name="assign_piece"),
    path(f"{PLI}verifier/", supplier_sealing.check, name="check"),
    path(f"{PLI}sceller/", supplier_sealing.seal, name="seal"),
    path(f"{PLI}accuse/", supplier_sealing.receipt, name="receipt"),
    path(f"{PLI}accuse.pdf", supplier_sealing.receipt_pdf, name="receipt_pdf"),
    path(f"{PLI}accuse.zip", supplier_sealing.receipt_zip, name="receipt_zip"),
    path(f"{PLI}retirer/", supplier_sealing.withdraw, name="withdraw"),
    path("aide/simuler-un-depot/", supplier_simulation.simulate, name="simulate"),
    # The buyer's side
    *buyer_patterns,
]
