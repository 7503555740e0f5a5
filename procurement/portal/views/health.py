from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from procurement.jobs import queries as jobs
from signing.clocks.clock import ClockState
from signing.services import clock_watch
from signing.services.keys import list_expiries


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """For supervision: 200 when the database answers; what waits or failed, the clock, certificates that end soon."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    now = timezone.now()
    counts = jobs.count(now)
    watch = clock_watch.current(now)
    status = "jobs-late" if counts.late else "ok"
    return JsonResponse(
        {
            "status": "clock-drifted" if watch.state is ClockState.DRIFTED else status,
            "jobs": {"waiting": counts.waiting, "late": counts.late, "failed": counts.failed},
            "clock": {"state": watch.state, "offset": watch.reading.offset if watch.reading else None},
            "keys": {"ending_soon": sum(expiry.is_near for expiry in list_expiries(now))},
        }
    )


@require_safe
@never_cache
def status_page(request: HttpRequest) -> HttpResponse:
    """The state of the service, for everyone."""
    now = timezone.now()
    is_drifted = clock_watch.current(now).state is ClockState.DRIFTED
    context = {"jobs_late": jobs.count(now).late, "clock_is_drifted": is_drifted}
    return render(request, "public/status.html", context)
