"""The page of e-mails that would have been sent: complete, newest first, and nothing in a mail is taken for markup."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from dreamseed.local.mail import FileMail
from dreamseed.mail import Mail
from tests.host.gateway.conftest import GatewayUnderTest

pytestmark = pytest.mark.anyio
LINK = "https://school.example/verify?token=a.b.c&x=1"


@pytest.fixture
def folder(gateway: GatewayUnderTest) -> Path:
    """The mails of the gateway."""
    return gateway.folder.parent / "mail"


async def get(gateway: GatewayUnderTest, path: str) -> tuple[int, str]:
    async with gateway.client.get(gateway.url + path) as response:
        return response.status, await response.text()


async def test_without_mails_the_page_says_so(gateway: GatewayUnderTest) -> None:
    status, text = await get(gateway, "/mail")

    assert status == 200
    assert "There are none yet" in text


async def test_mails_are_listed_newest_first_and_open_by_a_link(gateway: GatewayUnderTest, folder: Path) -> None:
    for number in (1, 2):
        FileMail(folder).send(Mail(UUID(int=number), f"p{number}@x.example", f"Subject {number}", f"Open {LINK}\n"))

    _, page = await get(gateway, "/mail")
    _, one = await get(gateway, f"/mail/{UUID(int=1)}")

    assert page.index("Subject 2") < page.index("Subject 1")
    assert f'href="/mail/{UUID(int=1)}"' in page
    assert f'<a href="{LINK.replace("&", "&amp;")}">' in one


async def test_a_mail_that_is_not_there_is_not_found(gateway: GatewayUnderTest) -> None:
    assert (await get(gateway, f"/mail/{UUID(int=9)}"))[0] == 404


async def test_what_people_wrote_is_shown_and_not_run(gateway: GatewayUnderTest, folder: Path) -> None:
    FileMail(folder).send(
        Mail(UUID(int=1), "<b>@x.example", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
    )

    pages = [(await get(gateway, path))[1] for path in ("/mail", f"/mail/{UUID(int=1)}")]

    assert not [page for page in pages if "<script" in page or "<img" in page or "<b>" in page]


async def test_tests_read_the_mails_of_one_address(gateway: GatewayUnderTest, folder: Path) -> None:
    for number, to in enumerate(("a@x.example", "b@x.example")):
        FileMail(folder).send(Mail(UUID(int=number), to, "Subject", "Text"))

    async with gateway.client.get(f"{gateway.url}/mail.json?to=b@x.example") as response:
        items = (await response.json())["items"]

    assert [item["to"] for item in items] == ["b@x.example"]
