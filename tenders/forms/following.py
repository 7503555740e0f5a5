from django import forms


class FollowForm(forms.Form):
    """Who wants to be told of changes. No account, no cookie; nothing else depends on it (P7-S5)."""

    company_name = forms.CharField(
        label="Entreprise ou organisme", required=False, max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip
    email = forms.EmailField(
        label="Adresse électronique",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez l'adresse où vous écrire.",
            "invalid": "Indiquez une adresse électronique, par exemple nom@exemple.fr.",
        },
    )
