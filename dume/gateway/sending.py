"""Make a request of ours known to the national service, any number of times with one effect."""

from dataclasses import replace

from dume.gateway.exchanged import Consultation, Requester
from dume.gateway.operations import Gateway
from dume.model import Kind


def send(
    xml: bytes, number: str, *, gateway: Gateway, requester: Requester, consultation: Consultation
) -> str:
    """The number that the service knows it by.

    Our own number stands for the consultation there, so that an earlier sending whose answer was lost is found: it is
    not entered a second time. To be called by a job: it waits for the network. Raises what a Gateway raises.
    """
    ours = replace(consultation, id=number)
    known = gateway.search(kind=Kind.REQUEST, requester=requester, consultation=Consultation(id=number))
    same = sorted(found.number for found in known if found.consultation_id == number)
    if same:
        return same[0]
    return gateway.save_request(xml=xml, requester=requester, consultation=ours)
