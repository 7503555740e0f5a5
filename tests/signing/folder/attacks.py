"""What somebody may append to a sealed PDF, then have time-stamped by the platform's own clock, as anybody can."""

import io
from datetime import datetime

from asgiref.sync import async_to_sync
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper

from signing.tsp import timestamps
from tests.conftest import NOW

OUT_OF_PAGE = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)


class PublicClock(TimeStamper):
    """What anybody gets from /tsa for any digest."""

    def __init__(self, authority, at):
        super().__init__(include_nonce=False)
        self._authority, self._at = authority, at

    async def async_timestamp(self, message_digest, md_algorithm):
        token = timestamps.issue(
            digest=message_digest, authority=self._authority, serial=99, gen_time=self._at
        )
        return cms.ContentInfo.load(token)


def stamped_again(data, authority, at: datetime = NOW, change=None, name="Encore"):
    """One more revision, with a change, and a time stamp over the whole."""
    output = io.BytesIO(data)
    writer = IncrementalPdfFileWriter(output)
    writer._update_meta = lambda: None
    if change:
        change(writer)
    clock = PdfTimeStamper(PublicClock(authority, at), field_name=name, invis_settings=OUT_OF_PAGE)
    async_to_sync(clock.async_timestamp_pdf)(writer, "sha256", bytes_reserved=8192, in_place=True)
    return output.getvalue()


def smaller_page(writer):
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/MediaBox"] = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 10, 10)])
    writer.update_container(page)


def other_content(writer):
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.update_container(page)


def other_enclosed_file(writer):
    file = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1].get_object()
    file["/EF"]["/F"] = writer.add_object(generic.StreamObject(stream_data=b"{}"))
    writer.update_container(file)


def visible_field(writer):
    append_signature_field(writer, SigFieldSpec("Visible", box=(10, 10, 200, 200)))


def action_at_opening(writer):
    action = {"/S": generic.NameObject("/JavaScript"), "/JS": generic.TextStringObject("app.alert(1)")}
    writer.root["/OpenAction"] = generic.DictionaryObject(action)
    writer.update_root()


def note_over_the_page(writer):
    page = writer.find_page_for_modification(0)[0].get_object()
    note = {
        "/Type": generic.NameObject("/Annot"),
        "/Subtype": generic.NameObject("/FreeText"),
        "/Rect": generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 600, 800)]),
        "/Contents": generic.TextStringObject("Annulé"),
    }
    page["/Annots"].append(writer.add_object(generic.DictionaryObject(note)))
    writer.update_container(page)


CHANGES = (
    smaller_page,
    other_content,
    other_enclosed_file,
    visible_field,
    action_at_opening,
    note_over_the_page,
)
