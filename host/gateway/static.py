"""Serves the built web app: files as they are, and its one page for every address that the app routes itself.

Files below `/assets/` have a hash of their content in their names, so they never change; everything else is asked for
again each time (and mostly answered with 304). A `.br` or `.gz` beside a file is sent to browsers that take it.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from aiohttp import web

from infra.page_headers import page_headers

NEVER_PAGES = frozenset({".well-known", "api", "assets", "blobs", "ws"})
"""First segments that no address of the app has: nothing there is a 404, not a page."""

UNCHANGING = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


class WebApp:
    """The files of one built app. The folder may be missing, or appear later.

    `documents` are JSON documents that are served beside the files, by path.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self.documents: dict[str, bytes] = {}

    def find(self, raw_path: str) -> web.Response | web.FileResponse | None:
        """The response for GET or HEAD of that path (percent-encoded); None when there is no such page."""
        path = unquote(raw_path)
        if path in self.documents:
            headers = page_headers() | {"Cache-Control": ASK_AGAIN}
            return web.Response(body=self.documents[path], content_type="application/json", headers=headers)
        file = self._file(path)
        if file is None:
            first, last = path[1:].split("/", 1)[0], path.rsplit("/", 1)[-1]
            if first in NEVER_PAGES or "." in last:
                return None
            file = self._file("/index.html")
        if file is None:
            return None
        caching = UNCHANGING if path.startswith("/assets/") else ASK_AGAIN
        headers = page_headers() | {"Cache-Control": caching, "Vary": "Accept-Encoding"}
        return web.FileResponse(file, headers=headers)

    def _file(self, path: str) -> Path | None:
        if "\0" in path:
            return None
        file = (self._root / path.lstrip("/")).resolve()
        return file if file.is_relative_to(self._root) and file.is_file() else None
