from django.urls import path

from signing.views import register, tiles, timestamps

app_name = "signing"
REGISTER = "registre/"
urlpatterns = [
    path("tsa", timestamps.timestamp, name="timestamp"),
    path("tsa/ca.pem", timestamps.certificates, name="certificates"),
    path("tsa/crl.pem", timestamps.revocations, name="revocations"),
    path(REGISTER, register.page, name="register"),
    path(REGISTER + "verifier.html", register.verifier, name="verifier"),
    path(REGISTER + "cle", register.key, name="register_key"),
    path(REGISTER + "coherence/<int:old>", register.consistency, name="consistency"),
    path(REGISTER + "checkpoint", register.checkpoint, name="checkpoint"),
    path(REGISTER + "checkpoint.tsr", register.checkpoint_token, name="checkpoint_token"),
    path(REGISTER + "checkpoints/<int:size>", register.checkpoint, name="checkpoint_of_size"),
    path(REGISTER + "checkpoints/<int:size>.tsr", register.checkpoint_token, name="checkpoint_token_of_size"),
    path(REGISTER + "tile/entries/<path:path>", tiles.entries, name="entries"),
    path(REGISTER + "tile/<int:level>/<path:path>", tiles.tile, name="tile"),
]
