from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from dume.answering.identity import Gap


class KeptForm(forms.Form):
    """Shows the words of a document, and `gaps` beside their fields. It is never in the way of saving them."""

    use_required_attribute = False

    def __init__(self, words: Mapping[str, Any], gaps: Iterable[Gap] = (), **kwargs: Any) -> None:
        super().__init__(data=words, **kwargs)
        self.gaps = tuple(gaps)

    def full_clean(self) -> None:
        self._errors = ErrorDict()
        self.cleaned_data = {}
        for gap in self.gaps:
            name = self.field_of(gap)
            if name:
                self.add_error(name, gap.message)

    @property
    def summary(self) -> list[tuple[str, Gap]]:
        """Each gap with the id of the field that corrects it."""
        names = ((self.field_of(gap), gap) for gap in self.gaps)
        return [(self[name].focus_id if name else "", gap) for name, gap in names]  # type: ignore[attr-defined]

    def field_of(self, gap: Gap) -> str:
        """The first field of the answer; "" when the page does not show it."""
        return next((name for name in self.fields if name == gap.name or name.startswith(f"{gap.name}~")), "")


def text(label: str, *, needed: bool = True, hint: str = "", **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, required=needed, help_text=hint, widget=widget)


def radios(
    label: str, choices: Iterable[tuple[str, str]], *, needed: bool = True, hint: str = ""
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=list(choices), required=needed, help_text=hint, widget=forms.RadioSelect
    )
