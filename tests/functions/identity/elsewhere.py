"""Another provider, and a browser that goes there and back."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.api import ApiReply
from tests.oidc.running import IS_INSTALLED, sign_in_there
from tests.school import School

CALLBACK = "https://school.example/api/v1/auth/oidc/lake/callback"
needs_provider = pytest.mark.skipif(not IS_INSTALLED, reason="the web app's packages are not installed")


class Browser:
    """A browser with cookies, at our side."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.cookies: dict[str, str] = {}

    def login(self, provider: str = "lake", **query: str) -> ApiReply:
        return self.keep(self.school.call("GET", f"/api/v1/auth/oidc/{provider}/login", query=query))

    def begin_link(self, token: str, provider: str = "distrusted") -> ApiReply:
        """Ask, signed in, where to go to link an identity."""
        return self.keep(self.school.api.call("POST", "/api/v1/me/identities", {"provider": provider}, token=token))

    def keep(self, reply: ApiReply) -> ApiReply:
        """Keep the cookie of a reply."""
        if "set-cookie" in reply.headers:
            name, _, value = reply.headers["set-cookie"].partition(";")[0].partition("=")
            self.cookies[name] = value
        return reply

    @property
    def headers(self) -> dict[str, str]:
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def callback(self, location: str, provider: str = "lake", page: str = "/sign-in") -> dict[str, str]:
        """What the page finds after the `#`."""
        path = f"/api/v1/auth/oidc/{provider}/callback"
        query = dict(parse_qsl(urlsplit(location).query))
        reply = self.school.call("GET", path, query=query, headers=self.headers)
        assert reply.status == 302, reply.body
        target = urlsplit(reply.headers["location"])
        assert (target.netloc, target.path) == ("school.example", page)
        return dict(parse_qsl(target.fragment))

    def sign_in(self, name: str, **query: str) -> dict[str, str]:
        """The whole way there and back."""
        return self.callback(sign_in_there(self.login(**query).headers["location"], name))

    def exchange(self, code: str) -> ApiReply:
        body = {"grant_type": "sign_in_code", "code": code}
        return self.school.call("POST", "/api/v1/auth/token", body, headers=self.headers)
