"""From libxml2's way of naming a place to the element, and from the element to ours."""

import re

from lxml import etree

from dume.nodes import local_name

#: « cbc:ID[2] », « *[5] » (an element under a default namespace), « ID » (without any namespace).
STEP = re.compile(r"(?:(?P<prefix>[^:\[\]]+):)?(?P<name>[^:\[\]]+)(?:\[(?P<position>\d+)\])?")


class Places:
    """Places in one document. Siblings are listed once: a document may hold hundreds of thousands of them."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._like: dict[tuple[etree._Element, str, str], list[etree._Element]] = {}
        self._positions: dict[tuple[etree._Element, str], dict[etree._Element, int]] = {}

    def at(self, written: str | None) -> etree._Element | None:
        """The element that libxml2 wrote « /*/cac:Party[2]/cbc:ID »; None where it cannot be followed."""
        if not written:
            return None
        node = self.root
        for step in written.strip("/").split("/")[1:]:
            match = STEP.fullmatch(step)
            if step.startswith("@") or match is None:  # « @listID », « text() »
                break
            found = self.like(node, match["prefix"] or "", match["name"])
            index = int(match["position"] or 1) - 1
            if index >= len(found):
                return None
            node = found[index]
        return node

    def like(self, parent: etree._Element, prefix: str, name: str) -> list[etree._Element]:
        """The children that libxml2 counts together: same prefix and name; all elements for « * »."""
        key = (parent, prefix, name)
        if key not in self._like:
            named = parent.iterchildren("*" if name == "*" else f"{{*}}{name}")
            self._like[key] = [child for child in named if name == "*" or (child.prefix or "") == prefix]
        return self._like[key]

    def path_of(self, element: etree._Element) -> str:
        """« /ESPDResponse/Criterion[3]/ID[1] »: local names, counted from 1 among like siblings."""
        steps: list[str] = []
        node = element
        while (parent := node.getparent()) is not None:
            name = local_name(node)
            steps.append(f"{name}[{self.positions(parent, name)[node]}]")
            node = parent
        return "/".join(["", local_name(node), *reversed(steps)])

    def positions(self, parent: etree._Element, name: str) -> dict[etree._Element, int]:
        key = (parent, name)
        if key not in self._positions:
            like = parent.iterchildren(f"{{*}}{name}")
            self._positions[key] = {child: position for position, child in enumerate(like, start=1)}
        return self._positions[key]


def element_at(root: etree._Element, written: str | None) -> etree._Element | None:
    """For one place only; see `Places.at`."""
    return Places(root).at(written)


def path_of(element: etree._Element) -> str:
    """For one place only; see `Places.path_of`."""
    return Places(element.getroottree().getroot()).path_of(element)
