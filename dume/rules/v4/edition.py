"""What differs between the rules of 4.1.0 and those of 3.3.0, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dume.rules.ubl.index import CAC


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """One version of the rules.

    `list_starts`: how the listVersionID of the technical lists begins. `repository` and `files`: where those lists
    are said to be. `issues`: list of the Publications Office -> issue asked for. `document`: the element in which
    the type of a document is checked (3.3.0 asks for one that UBL does not have, so its rule never fires).
    `occupations`: the group whose expected code is an occupation. `answer_once`: at most one answer a question,
    and exactly one for what a yes makes asked. `grounds_answered`: BR-RESP-30 is asked.
    """

    version: str
    list_starts: tuple[str, ...]
    repository: str
    files: str
    issues: Mapping[str, str]
    document: str
    occupations: str = ""
    answer_once: bool = False
    grounds_answered: bool = False


V4_1_0 = Edition(
    version="4.1.0",
    list_starts=("4.",),
    repository="https://github.com/OP-TED/ESPD-EDM",
    files="https://raw.githubusercontent.com/OP-TED/ESPD-EDM/v4.1.0/codelists/gc",
    issues=MappingProxyType(
        {
            "access-right": "20250924-0",
            "country": "20250924-0",
            "language": "20250618-0",
            "currency": "20250924-0",
            "docrefcontent-type": "20250924-0",
            "eo-role-type": "20211208-0",
            "criterion": "20240612-0",
            "occupation": "20221214-0",
        }
    ),
    document=f"{CAC}AdditionalDocumentReference",
    occupations="C25_SC_prof-regist/RG1/RSG1",
)
