"""E-mail: kept in files on this machine, handed to SES on AWS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from dreamseed.errors import MissingGrant, Unavailable
from dreamseed.function import Function
from dreamseed.local.mail import kept_mail, kept_mails
from dreamseed.mail import Mail
from dreamseed.needs import Grant, mail
from dreamseed.ports import mail as mail_port

Granted = Callable[[dict[Grant, str]], Function]
REGION = "eu-central-1"


def a_mail(number: int, to: str = "ada@hillside.example") -> Mail:
    return Mail(UUID(int=number), to, "Grüße, 안녕하세요", "First line\n\nhttps://school.example/verify?token=a.b.c\n")


def test_a_mail_is_kept_whole_and_once(granted: Granted, tmp_path: Path) -> None:
    folder = tmp_path / "mail of a school"
    box = mail_port.connect(granted({mail(): folder.as_uri()}), None)

    for number in (1, 2, 1):
        box.send(a_mail(number))

    assert [kept["id"] for kept in kept_mails(folder)] == [str(UUID(int=2)), str(UUID(int=1))]
    kept = kept_mail(folder, UUID(int=1))
    assert kept is not None
    assert (kept["to"], kept["subject"], kept["text"]) == ("ada@hillside.example", a_mail(1).subject, a_mail(1).text)
    assert kept_mail(folder, UUID(int=3)) is None


def test_a_folder_without_mails_holds_none(tmp_path: Path) -> None:
    assert kept_mails(tmp_path / "nothing") == []


@pytest.mark.usefixtures("aws")
def test_ses_gets_sender_receiver_subject_and_text(granted: Granted) -> None:
    boto3.client("sesv2").create_email_identity(EmailIdentity="school.example")
    box = mail_port.connect(granted({mail(): "ses://no-reply@school.example"}), None)

    box.send(a_mail(1))

    (sent,) = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    assert sent.source == "no-reply@school.example"
    assert sent.destinations["ToAddresses"] == ["ada@hillside.example"]
    assert (sent.subject, sent.body) == (a_mail(1).subject, a_mail(1).text)


@pytest.mark.usefixtures("aws")
def test_a_mail_that_ses_refuses_is_to_be_tried_again(granted: Granted) -> None:
    box = mail_port.connect(granted({mail(): "ses://no-reply@unproved.example"}), None)

    with pytest.raises(Unavailable, match="sending a mail"):
        box.send(a_mail(1))


def test_who_did_not_declare_it_sends_nothing(granted: Granted) -> None:
    with pytest.raises(MissingGrant, match=r"must declare mail\(\)"):
        mail_port.connect(granted({}), None).send(a_mail(1))
