"""Form fields shared by the apps: a moment as a date and a time, a day, an amount, several files at once."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import CharField, ClearableFileInput, DateField, DateInput, FileField, SplitDateTimeField
from django.forms.widgets import SplitDateTimeWidget, TextInput
from django.utils.datastructures import MultiValueDict

from procurement.money import InvalidAmount, parse_amount

Upload: TypeAlias = "UploadedFile[Any]"


class MomentWidget(SplitDateTimeWidget):
    """A date input and a time input, each with its own label."""

    template_name = "forms/widgets/moment.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, date_format="%Y-%m-%d", time_format="%H:%M")
        day, time = self.widgets
        day.input_type, time.input_type = "date", "time"


class MomentField(SplitDateTimeField):
    """An aware datetime in the active time zone, typed as a date and a time."""

    widget = MomentWidget
    default_error_messages = {
        "required": "Indiquez la date et l'heure.",
        "invalid_date": "Indiquez une date qui existe, par exemple 30/11/2026.",
        "invalid_time": "Indiquez une heure qui existe, par exemple 12:00.",
        "incomplete": "Indiquez la date et l'heure.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_date_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        kwargs.setdefault("input_time_formats", ["%H:%M", "%H:%M:%S", "%Hh%M", "%H h %M"])
        super().__init__(**kwargs)


class DayInput(DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(DateField):
    widget = DayInput
    default_error_messages = {
        "required": "Indiquez la date.",
        "invalid": "Indiquez une date qui existe, par exemple 30/11/2026.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        super().__init__(**kwargs)


class AmountField(CharField):
    """Euros excluding tax, read as a French reader writes them; cleans to a Decimal, or None when left out."""

    widget = TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.2f}".replace(".", ",") if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_amount(text)
        except InvalidAmount as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from None


class FilesInput(ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def value_from_datadict(
        self,
        data: Mapping[str, Any],
        files: Mapping[str, Upload] | MultiValueDict[str, Upload],
        name: str,
    ) -> list[Upload]:
        if isinstance(files, MultiValueDict):
            return files.getlist(name)
        return [files[name]] if name in files else []

    def use_required_attribute(self, initial: Any) -> bool:
        # What is already there may be enough: the service decides, not the browser.
        return False


class FilesField(FileField):
    """Several files from one input; cleans to a list, empty when none was chosen and none is required."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        if not data:
            super().clean(None, initial)
            return []
        return [super(FilesField, self).clean(item, initial) for item in data]
