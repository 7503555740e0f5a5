from django.http import HttpRequest, HttpResponseBase

from procurement.files.models import StoredFile
from tenders.downloads import serve


def deliver(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """A file of a bid, to be kept and not shown: whatever it contains, it runs nothing in the buyer's session."""
    response = serve(request, file)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
