from django.forms import Form


def leave_unmarked(form: Form) -> None:
    """No « facultatif » beside fields where leaving them empty is the ordinary thing: filters, rows of a table."""
    for field in form.fields.values():
        field.is_optional = False  # type: ignore[attr-defined]  # read by the form templates
