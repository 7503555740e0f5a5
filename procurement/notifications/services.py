from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from procurement.jobs import services as jobs
from procurement.notifications.models import Mail

SEND = "notifications.send"


@transaction.atomic
def send_mail(
    *, to: str, template: str, context: Mapping[str, object], about: object = "", now: datetime
) -> Mail:
    """Write a mail from `template` (first line: the subject) and have it sent after commit, with retries.

    The mail carries no attachment and no confidential content: it tells, and links to the platform.
    """
    text = render_to_string(
        template,
        {**context, "platform_name": settings.PLATFORM_NAME, "platform_url": settings.PLATFORM_URL},
    )
    subject, _, body = text.strip().partition("\n")
    mail = Mail.objects.create(
        to=to, subject=subject.strip()[:300], body=body.strip() + "\n", about=str(about), queued_at=now
    )
    jobs.enqueue(kind=SEND, subject=mail.pk, now=now)
    return mail


def deliver(*, mail_id: UUID, now: datetime) -> None:
    """Give the mail to the mail server once; an error is kept on the row and raised for the job to retry."""
    with transaction.atomic():
        mail = Mail.objects.select_for_update(of=("self",)).get(pk=mail_id)
        if mail.sent_at is not None:
            return
        try:
            EmailMessage(
                mail.subject, mail.body, to=[mail.to], headers={"Message-ID": f"<{mail.pk}@profil-acheteur>"}
            ).send()
        except OSError as error:
            failure: OSError | None = error
            mail.error = f"{type(error).__name__}: {error}"[:500]
        else:
            failure, mail.sent_at, mail.error = None, now, ""
        mail.save(update_fields=["sent_at", "error"])
    if failure is not None:
        raise failure
