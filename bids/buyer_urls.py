"""The buyer's pages about bids; `bids.urls` includes them under the name `bids`."""

from django.urls import path

from bids.views import buyer_analysis, buyer_award, buyer_opening, buyer_pieces

CONSULTATION = "acheteur/consultations/<uuid:consultation_id>/"
OPENING = CONSULTATION + "ouverture/"
AWARD = CONSULTATION + "attribution/"
LOT = AWARD + "lots/<uuid:lot_id>/"

urlpatterns = [
    path(CONSULTATION + "depots/", buyer_opening.register, name="register"),
    path(OPENING, buyer_opening.opening, name="opening"),
    path(OPENING + "avancement/", buyer_opening.opening_progress, name="opening_progress"),
    path(OPENING + "proces-verbal.pdf", buyer_opening.minutes, name="minutes"),
    path(OPENING + "proces-verbal.zip", buyer_opening.minutes_zip, name="minutes_zip"),
    path(OPENING + "analyse/", buyer_analysis.analysis, name="analysis"),
    path(OPENING + "analyse.csv", buyer_analysis.analysis_csv, name="analysis_csv"),
    path(OPENING + "analyse.ods", buyer_analysis.analysis_ods, name="analysis_ods"),
    path(OPENING + "pieces/<uuid:piece_id>/", buyer_pieces.open_piece, name="open_piece"),
    path(OPENING + "pieces/<uuid:piece_id>/dume/", buyer_pieces.espd, name="espd"),
    path(OPENING + "pieces/<uuid:piece_id>/signatures/", buyer_pieces.signatures, name="signatures"),
    path(
        OPENING + "pieces/<uuid:piece_id>/signatures.xml",
        buyer_pieces.signatures_report,
        name="signatures_report",
    ),
    path(AWARD, buyer_award.award, name="award"),
    path(AWARD + "courriers/", buyer_award.send_results, name="send_results"),
    path(LOT, buyer_award.award_lot, name="award_lot"),
    path(LOT + "infructueux/", buyer_award.declare_unsuccessful, name="declare_unsuccessful"),
    path(LOT + "notification/", buyer_award.notify, name="notify"),
    path(LOT + "notification/reception/", buyer_award.record_receipt, name="record_receipt"),
]
