from django.http import FileResponse

from procurement.files import services as files
from procurement.files.models import StoredFile


def attachment(file: StoredFile, name: str = "") -> FileResponse:
    """A file from outside, to be kept and not shown: whatever it contains, it runs nothing in the buyer's session."""
    response = FileResponse(
        files.open_stored(file), as_attachment=True, filename=name or file.name, content_type=file.media_type
    )
    response["Content-Length"] = str(file.size)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
