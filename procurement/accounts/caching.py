from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control

from procurement.accounts.access import access_for

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def public_for_visitors(seconds: int) -> Callable[[View], View]:
    """Lets browsers and proxies keep a page made for a visitor; a member's page, which names them, nobody keeps."""

    def decorate(view: View) -> View:
        @wraps(view)
        def cached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            if access_for(request).is_signed_in:
                patch_cache_control(response, private=True, no_cache=True)
            else:
                patch_cache_control(response, public=True, max_age=seconds)
            return response

        return cast("View", cached)

    return decorate
