"""Mails go out once, in people's own language, with links that only we can make."""

from __future__ import annotations

from string import Formatter
from typing import Any, get_args
from uuid import UUID

import pytest
from sqlalchemy import select

from dreamseed.database.transaction import tenant_transaction
from dreamseed.errors import NotFound
from dreamseed.identity.links import PAGES, Link, read_link
from dreamseed.identity.mail_texts import TEXTS, Language
from dreamseed.identity.mails import Recipient, Template, request_mail
from dreamseed.identity.queries import add_user, address_digest
from dreamseed.identity.tables import users
from dreamseed.local.mail import kept_mails
from dreamseed.mail import Mail
from dreamseed.ports.mail import MailBox
from functions.identity.send_mail import send_mail
from tests.mail import NotDelivered, deliver, mails_to
from tests.school import HILLSIDE, School

KEYS = f"{'0a' * 32}\n{'0b' * 32}"
LINK = Link("password_reset", UUID(int=1), UUID(int=2))


def ask_for_a_mail(school: School, to: str, language: str = "en", name: str = "Ada", **more: Any) -> UUID:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        digest = address_digest(school.keys(), to)
        user_id = db.scalar(select(users.c.id).where(users.c.email_digest == digest))
        if user_id is None:
            person = {"email": to, "full_name": name, "language": language}
            user_id = add_user(db, school.keys(), person, ["learner"])
        values = {"organisation": "Hillside School"}
        request_mail(db, "reset_password", Recipient("user", user_id), values, LINK, **more)
    return user_id


def test_a_mail_goes_out_once_in_the_language_of_its_reader(school: School) -> None:
    ask_for_a_mail(school, "reader@hillside.example", "es", message_id=UUID(int=77))
    ask_for_a_mail(school, "reader@hillside.example", "es", message_id=UUID(int=77))

    (mail,) = mails_to(school, "reader@hillside.example")

    assert mail["subject"] == "Elige una contraseña nueva para Hillside School"
    assert "https://school.example/reset-password?token=" in mail["text"]


def test_a_mail_that_could_not_be_sent_is_sent_later(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(box: MailBox, mail: Mail) -> None:
        raise ConnectionError("the mail service is away")

    ask_for_a_mail(school, "later@hillside.example")
    with monkeypatch.context() as broken:
        broken.setattr(MailBox, "send", refuse)
        with pytest.raises(NotDelivered, match="send_mail"):
            deliver(school)

    assert len(mails_to(school, "later@hillside.example")) == 1


def test_who_was_erased_or_is_gone_gets_no_mail(school: School) -> None:
    school.keys().destroy(ask_for_a_mail(school, "erased@hillside.example"))
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        request_mail(db, "reset_password", Recipient("user", UUID(int=5)), {"organisation": "Hillside"}, LINK)

    before = len(kept_mails(school.mail_folder))
    deliver(school)

    assert len(kept_mails(school.mail_folder)) == before


def test_a_name_cannot_add_lines_to_a_mail(school: School) -> None:
    ask_for_a_mail(school, "lines@hillside.example", name="Ada\r\nBcc: all@hillside.example\n\nhttps://evil {link}")

    (mail,) = mails_to(school, "lines@hillside.example")

    assert "Hello Ada Bcc: all@hillside.example https://evil {link}," in mail["text"]


def test_the_function_may_send_and_does_not_hold_a_transaction_meanwhile() -> None:
    assert send_mail.grant("mail") is not None
    assert "db" not in send_mail.call.__annotations__


def test_every_template_says_the_same_in_every_language() -> None:
    def fields(texts: tuple[str, str]) -> set[str | None]:
        return {field for text in texts for _, field, _, _ in Formatter().parse(text)} - {None}

    assert TEXTS.keys() == set(get_args(Template))
    for by_language in TEXTS.values():
        assert by_language.keys() == set(get_args(Language))
        assert len({frozenset(fields(texts)) for texts in by_language.values()}) == 1


def test_a_link_is_read_back_while_its_key_is_known() -> None:
    token = LINK.token(KEYS)

    assert read_link(token, "password_reset", KEYS) == LINK
    assert read_link(token, "password_reset", f"{'0c' * 32} {KEYS}") == LINK
    assert LINK.url(KEYS, "https://school.example") == f"https://school.example{PAGES['password_reset']}?token={token}"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        LINK.token("0c" * 32),
        LINK.token(KEYS) + "x",
        Link("password_reset", UUID(int=1), UUID(int=3)).token(KEYS).rpartition(".")[0] + LINK.token(KEYS)[-44:],
        Link("registration", UUID(int=1), UUID(int=2)).token(KEYS),
        "é" + LINK.token(KEYS),
    ],
)
def test_a_link_that_is_not_ours_is_refused(token: str) -> None:
    with pytest.raises(NotFound) as refused:
        read_link(token, "password_reset", KEYS)

    assert refused.value.code == "link_invalid"
