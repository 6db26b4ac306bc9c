"""`/mail`: the e-mails that this product would have sent, for whoever tries it out. Only the local host has it.

/mail        the newest hundred, as a page      /mail/<id>   one of them
/mail.json   the same as data, for tests        ?to=         only those to that address
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any
from uuid import UUID

from aiohttp import web

from dreamseed.local.mail import kept_mail, kept_mails

MOST = 100
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The pages hold links that sign people in, so they are kept nowhere and tell nobody where one came from."""

_ONE = re.compile(r"/mail/([0-9a-f-]{36})")
_LINK = re.compile(r"https?://[^\s<>\"]+")
_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.5rem; border-bottom: 1px solid currentColor; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
"""


class MailPages:
    """The pages over one folder of mails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, path: str, query: Mapping[str, str]) -> web.Response | None:
        """The response for GET of that path; None when it is none of these pages."""
        if path == "/mail.json":
            body = json.dumps({"items": self._mails(query)}, ensure_ascii=False)
            return web.Response(text=body, content_type="application/json", headers=HEADERS)
        if path == "/mail":
            return _page("Mail", _list(self._mails(query)))
        one = _ONE.fullmatch(path)
        mail = kept_mail(self._folder, UUID(one[1])) if one else None
        return _page(mail["subject"], _shown(mail)) if mail else None

    def _mails(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        mails = kept_mails(self._folder)
        wanted = query.get("to")
        return [mail for mail in mails if wanted in (None, mail["to"])][:MOST]


def _page(title: str, content: str) -> web.Response:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    body = (
        f'<!doctype html><html lang="en"><head>{head}<style>{_STYLE}</style></head><body><main>{content}</main></body>'
    )
    return web.Response(text=f"{body}</html>", content_type="text/html", headers=HEADERS)


def _list(mails: list[dict[str, Any]]) -> str:
    intro = "<h1>Mail</h1><p>E-mails are not sent from this machine. They are kept here instead.</p>"
    if not mails:
        return f"{intro}<p>There are none yet.</p>"
    rows = "".join(
        f"<tr><td><time>{escape(mail['sent_at'][:19].replace('T', ' '))}</time></td><td>{escape(mail['to'])}</td>"
        f'<td><a href="/mail/{mail["id"]}">{escape(mail["subject"])}</a></td></tr>'
        for mail in mails
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Sent (UTC)", "To", "Subject"))
    return f"{intro}<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _shown(mail: dict[str, Any]) -> str:
    text = _LINK.sub(lambda link: f'<a href="{link[0]}">{link[0]}</a>', escape(mail["text"]))
    return (
        f'<p><a href="/mail">All mail</a></p><h1>{escape(mail["subject"])}</h1>'
        f"<p>To {escape(mail['to'])}</p><pre>{text}</pre>"
    )
