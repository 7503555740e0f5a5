"""How every form of the platform is rendered: own templates, classes put on widgets here and nowhere else."""

from typing import Any

from django.forms import CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select, Widget
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting


def widget_class(widget: Widget) -> str:
    """The style class of a widget's control; hidden and composite widgets have none of their own."""
    if isinstance(widget, (CheckboxInput, CheckboxSelectMultiple, RadioSelect)):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    if widget.is_hidden:
        return ""
    return "form-control"


class PortalBoundField(BoundField):
    """A field that puts its classes on its widget and knows which input an error must lead to."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        shown = widget or self.field.widget
        classes = [
            str(shown.attrs.get("class", "")),
            widget_class(shown),
            "is-invalid" if self.errors else "",
        ]
        if joined := " ".join(name for name in classes if name):
            built["class"] = joined
        # A placeholder vanishes when one types and reads like an answer: labels and hints say it instead.
        built["placeholder"] = False
        return built

    @property
    def focus_id(self) -> str:
        """The id of the first control: of a group (radios, boxes, a date and its time), its first part."""
        return f"{self.auto_id}_0" if self.use_fieldset and self.auto_id else str(self.auto_id)

    @property
    def is_single_box(self) -> bool:
        return isinstance(self.field.widget, CheckboxInput)

    @property
    def is_file(self) -> bool:
        return isinstance(self.field.widget, FileInput)

    @property
    def is_optional(self) -> bool:
        """Said in words beside the label; a single unticked box is an answer, so it is never « facultatif ».

        A form that may be saved unfinished says itself which of its fields may stay empty (`field.is_optional`).
        """
        said: bool | None = getattr(self.field, "is_optional", None)
        return not self.field.required and not self.is_single_box if said is None else said


class PortalRenderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    formset_template_name = "forms/formset.html"
    bound_field_class = PortalBoundField
