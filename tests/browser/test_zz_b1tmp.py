from pathlib import Path
import pytest
from django.urls import reverse
from django.test import Client
from tests.factories import bids, organisations, tenders
from bids.models import Deposit
from datetime import timedelta
from django.utils import timezone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
OUT = Path("/tmp/b1shots"); OUT.mkdir(exist_ok=True)

def test_shots(new_page, axe, live_server, tmp_path):
    now = timezone.now()
    consultation = tenders.published(lots=tenders.LOTS, now=now, deadline=now + timedelta(days=3), opening_at=now+timedelta(days=4), questions_deadline=now+timedelta(days=1))
    company = organisations.company()
    person = organisations.member(company, full_name="Dominique Exemple")
    c = Client(); c.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = {"name": "sessionid", "value": c.cookies["sessionid"].value, "url": live_server.url}
    pages = [("wide", new_page(width=1280)), ("phone", new_page(width=390, dark=True))]
    for _, p in pages: p.context.add_cookies([cookie])
    faults = []
    def shot(name, url=None):
        for tag, p in pages:
            if url: p.goto(url)
            p.screenshot(path=OUT / f"{name}-{tag}.png", full_page=True)
            faults.extend((name, f) for f in axe(p))
    w = pages[0][1]
    shot("start", reverse("bids:start", args=[consultation.pk]))
    w.get_by_label("Lot 1").check(); w.get_by_label("Lot 2").check()
    w.get_by_role("button", name="Préparer mon pli").click()
    d = Deposit.objects.get()
    shot("draft0", reverse("bids:draft", args=[d.pk]))
    url = reverse("bids:candidature", args=[d.pk])
    w.goto(url)
    a = tmp_path / "candidature.pdf"; a.write_bytes(bids.PDF * 20000)
    b = tmp_path / "programme.pdf"; b.write_bytes(b"MZ" + bytes(2000))
    w.locator("#id_documents").set_input_files([a, b])
    w.get_by_role("button", name="Envoyer").click()
    w.wait_for_selector("text=1 fichier sur 2")
    w.screenshot(path=OUT / "uploaded-wide.png", full_page=True)
    assert w.locator("#pieces").inner_text().count("candidature.pdf")
    shot("candidature", url)
    shot("dume", reverse("bids:dume", args=[d.pk]))
    x = tmp_path / "d.xml"; x.write_bytes(b"<a/>")
    w.locator("#id_documents").set_input_files(x); w.get_by_role("button", name="Envoyer").click()
    w.wait_for_selector("text=Contrôle de d.xml")
    w.screenshot(path=OUT / "dume-done-wide.png", full_page=True); faults.extend(("dume-done", f) for f in axe(w))
    for lot in consultation.lots.all():
        bids.piece(d, "memoire.pdf", lot=lot)
    shot("offer", reverse("bids:offer", args=[d.pk, 1]))
    shot("draft", reverse("bids:draft", args=[d.pk]))
    shot("lots", reverse("bids:lots", args=[d.pk]))
    shot("check", reverse("bids:check", args=[d.pk]))
    w.get_by_label("Je dépose ce pli sans").check()
    w.get_by_role("button", name="Sceller et déposer").click()
    w.wait_for_selector("text=Votre pli est reçu")
    shot("receipt", reverse("bids:receipt", args=[d.pk]))
    shot("withdraw", reverse("bids:withdraw", args=[d.pk]))
    shot("mine", reverse("bids:mine"))
    shot("simulate", reverse("bids:simulate"))
    from tenders.models import Consultation
    Consultation.objects.update(deadline=now - timedelta(minutes=1))
    bids.sealed(consultation, company, received_at=timezone.now())
    late = Deposit.objects.get(number=2)
    shot("late", reverse("bids:receipt", args=[late.pk]))
    for f in faults: print(f)
    assert not faults
