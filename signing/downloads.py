"""How a folder of evidence leaves the platform."""

import io
import zipfile
from collections.abc import Sequence

from django.http import FileResponse


def zip_response(folder: str, content: Sequence[tuple[str, bytes]]) -> FileResponse:
    """The files under one folder, as `<folder>.zip`."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in content:
            bundle.writestr(f"{folder}/{name}", data)
    archive.seek(0)
    response = FileResponse(
        archive, as_attachment=True, filename=f"{folder}.zip", content_type="application/zip"
    )
    response["Cache-Control"] = "private, no-store"
    return response
