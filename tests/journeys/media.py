"""What devices ask pages for: the themes in which the app can be seen."""

from __future__ import annotations

from typing import Literal, TypedDict


class Media(TypedDict, total=False):
    """Features of a device that stylesheets ask about."""

    color_scheme: Literal["light", "dark"]
    contrast: Literal["more", "no-preference"]
    forced_colors: Literal["active", "none"]


PLAIN: Media = {"color_scheme": "light", "contrast": "no-preference", "forced_colors": "none"}
THEMES: dict[str, Media] = {
    "dark": {"color_scheme": "dark"},
    "light with more contrast": {"contrast": "more"},
    "dark with more contrast": {"color_scheme": "dark", "contrast": "more"},
    "the device's own light colours": {"forced_colors": "active"},
    "the device's own dark colours": {"color_scheme": "dark", "forced_colors": "active"},
}
"""All but the plain one, as what they add to it."""
