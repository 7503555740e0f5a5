from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from procurement.jobs import queries as jobs


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """For supervision: 200 when the database answers; counts of jobs that wait, are late or failed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    counts = jobs.count(timezone.now())
    return JsonResponse(
        {
            "status": "jobs-late" if counts.late else "ok",
            "jobs": {"waiting": counts.waiting, "late": counts.late, "failed": counts.failed},
        }
    )


@require_safe
@never_cache
def status_page(request: HttpRequest) -> HttpResponse:
    """The state of the service, for everyone."""
    counts = jobs.count(timezone.now())
    return render(request, "public/status.html", {"jobs_late": counts.late})
