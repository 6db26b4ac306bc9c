"""What the mails say: subject and text, by template and language.

`{name}`, `{organisation}`, `{role}`, `{change}`, `{link}` and `{origin}` stand for the values of one mail.
"""

from __future__ import annotations

from typing import Literal

from dreamseed.identity.address_mail_texts import ADDRESS_TEXTS
from dreamseed.identity.erasure_mail_texts import ERASURE_TEXTS

Language = Literal["en", "es", "ko"]
"""The languages that we write to people in."""

TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "verify_address": {
        "en": (
            "Confirm your e-mail address for {organisation}",
            "Hello {name},\n\n"
            "you, or somebody with your address, asked for an account at {organisation} on DreamSeed.\n"
            "Open this link within 24 hours to confirm that the address is yours:\n\n{link}\n\n"
            "If it was not you, do nothing: without the link no account is made.\n",
        ),
        "es": (
            "Confirma tu correo electrónico para {organisation}",
            "Hola, {name}:\n\n"
            "Tú, o alguien con tu dirección, ha pedido una cuenta en {organisation} de DreamSeed.\n"
            "Abre este enlace antes de 24 horas para confirmar que la dirección es tuya:\n\n{link}\n\n"
            "Si no has sido tú, no hagas nada: sin el enlace no se crea ninguna cuenta.\n",
        ),
        "ko": (
            "{organisation} 이메일 주소 확인",
            "{name} 님, 안녕하세요.\n\n"
            "이 이메일 주소로 DreamSeed의 {organisation} 계정이 신청되었습니다.\n"
            "본인의 주소가 맞다면 24시간 안에 아래 링크를 열어 주세요.\n\n{link}\n\n"
            "신청하지 않으셨다면 아무것도 하지 않으셔도 됩니다. 링크를 열지 않으면 계정은 만들어지지 않습니다.\n",
        ),
    },
    "account_exists": {
        "en": (
            "You already have an account at {organisation}",
            "Hello {name},\n\n"
            "somebody asked for a new account at {organisation} with your address, but you have one already.\n"
            "Sign in at {origin}/sign-in, or choose a new password there if you have forgotten yours.\n\n"
            "If it was not you, do nothing: nothing has changed.\n",
        ),
        "es": (
            "Ya tienes una cuenta en {organisation}",
            "Hola, {name}:\n\n"
            "Alguien ha pedido una cuenta nueva en {organisation} con tu dirección, pero ya tienes una.\n"
            "Inicia sesión en {origin}/sign-in o elige allí una contraseña nueva si la has olvidado.\n\n"
            "Si no has sido tú, no hagas nada: no ha cambiado nada.\n",
        ),
        "ko": (
            "{organisation}에 이미 계정이 있습니다",
            "{name} 님, 안녕하세요.\n\n"
            "이 이메일 주소로 {organisation}의 새 계정이 신청되었지만 이미 계정이 있습니다.\n"
            "{origin}/sign-in 에서 로그인하거나, 비밀번호를 잊으셨다면 그곳에서 새로 정해 주세요.\n\n"
            "신청하지 않으셨다면 아무것도 하지 않으셔도 됩니다. 바뀐 것은 없습니다.\n",
        ),
    },
    "reset_password": {
        "en": (
            "Choose a new password for {organisation}",
            "Hello {name},\n\n"
            "open this link within an hour to choose a new password for your account at {organisation}:\n\n{link}\n\n"
            "If you did not ask for it, do nothing: your password stays as it is.\n",
        ),
        "es": (
            "Elige una contraseña nueva para {organisation}",
            "Hola, {name}:\n\n"
            "Abre este enlace antes de una hora para elegir una contraseña nueva para tu cuenta en {organisation}:"
            "\n\n{link}\n\n"
            "Si no lo has pedido, no hagas nada: tu contraseña no cambia.\n",
        ),
        "ko": (
            "{organisation} 비밀번호 재설정",
            "{name} 님, 안녕하세요.\n\n"
            "한 시간 안에 아래 링크를 열어 {organisation} 계정의 새 비밀번호를 정해 주세요.\n\n{link}\n\n"
            "요청하지 않으셨다면 아무것도 하지 않으셔도 됩니다. 비밀번호는 그대로입니다.\n",
        ),
    },
    "password_changed": {
        "en": (
            "Your password was changed",
            "Hello {name},\n\n"
            "the password of your account at {organisation} has just been changed, and other devices were signed out.\n"
            "If it was not you, choose a new one at once: {origin}/reset-password\n",
        ),
        "es": (
            "Se ha cambiado tu contraseña",
            "Hola, {name}:\n\n"
            "La contraseña de tu cuenta en {organisation} acaba de cambiar y se han cerrado las demás sesiones.\n"
            "Si no has sido tú, elige otra enseguida: {origin}/reset-password\n",
        ),
        "ko": (
            "비밀번호가 변경되었습니다",
            "{name} 님, 안녕하세요.\n\n"
            "{organisation} 계정의 비밀번호가 방금 변경되었고 다른 기기에서는 로그아웃되었습니다.\n"
            "본인이 아니라면 바로 새 비밀번호를 정해 주세요: {origin}/reset-password\n",
        ),
    },
    "invitation": {
        "en": (
            "{organisation} invites you to DreamSeed",
            "Hello,\n\n"
            "{name} invites you to {organisation} on DreamSeed as {role}.\n"
            "Open this link within 14 days to accept:\n\n{link}\n",
        ),
        "es": (
            "{organisation} te invita a DreamSeed",
            "Hola:\n\n"
            "{name} te invita a {organisation} en DreamSeed como {role}.\n"
            "Abre este enlace antes de 14 días para aceptar:\n\n{link}\n",
        ),
        "ko": (
            "{organisation}에서 DreamSeed로 초대합니다",
            "안녕하세요.\n\n"
            "{name} 님이 {organisation}의 {role} 역할로 DreamSeed에 초대했습니다.\n"
            "14일 안에 아래 링크를 열어 수락해 주세요.\n\n{link}\n",
        ),
    },
    "second_factor_changed": {
        "en": (
            "Your sign-in settings were changed",
            "Hello {name},\n\n"
            "at {organisation} this has just changed in how you sign in: {change}.\n"
            "If it was not you, choose a new password at once: {origin}/reset-password\n",
        ),
        "es": (
            "Se han cambiado tus ajustes de inicio de sesión",
            "Hola, {name}:\n\n"
            "En {organisation} acaba de cambiar esto en tu forma de iniciar sesión: {change}.\n"
            "Si no has sido tú, elige una contraseña nueva enseguida: {origin}/reset-password\n",
        ),
        "ko": (
            "로그인 설정이 변경되었습니다",
            "{name} 님, 안녕하세요.\n\n"
            "{organisation}에서 로그인 방식이 방금 변경되었습니다: {change}.\n"
            "본인이 아니라면 바로 새 비밀번호를 정해 주세요: {origin}/reset-password\n",
        ),
    },
    "guardian_consent": {
        "en": (
            "{organisation} asks for your consent",
            "Hello,\n\n"
            "{name} wants to learn with DreamSeed at {organisation} and gave us your address as that of a parent or"
            " guardian.\n"
            "Because {name} is a child, we record nothing until you agree. Open this link within 14 days to read what"
            " it is about, and agree or not:\n\n{link}\n\n"
            "If you do nothing, nothing is recorded, and your address is deleted.\n",
        ),
        "es": (
            "{organisation} te pide tu consentimiento",
            "Hola:\n\n"
            "{name} quiere aprender con DreamSeed en {organisation} y nos ha dado tu dirección como la de su madre,"
            " padre o tutor legal.\n"
            "Como es menor, no registramos nada hasta que aceptes. Abre este enlace antes de 14 días para leer de qué"
            " se trata y decidir:\n\n{link}\n\n"
            "Si no haces nada, no se registra nada y tu dirección se borra.\n",
        ),
        "ko": (
            "{organisation}에서 보호자 동의를 요청합니다",
            "안녕하세요.\n\n"
            "{name} 학생이 {organisation}에서 DreamSeed로 학습하기를 원하며,"
            " 보호자의 주소로 이 주소를 알려 주었습니다.\n"
            "어린이이므로 동의하시기 전에는 아무것도 기록하지 않습니다. 14일 안에 아래 링크를 열어 내용을 읽고"
            " 결정해 주세요.\n\n{link}\n\n"
            "아무것도 하지 않으시면 기록은 남지 않으며 이 주소는 삭제됩니다.\n",
        ),
    },
    "guardian_confirmation": {
        "en": (
            "Please confirm your consent for {name}",
            "Hello,\n\n"
            "a day ago somebody with your address agreed that {name} may learn with DreamSeed at {organisation}.\n"
            "Open this link within 14 days to confirm that it was you:\n\n{link}\n\n"
            "Keep this mail: by the same link you can take your consent back at any time.\n"
            "If it was not you, do nothing: without the link nothing is recorded.\n",
        ),
        "es": (
            "Confirma tu consentimiento para {name}",
            "Hola:\n\n"
            "Hace un día alguien con tu dirección aceptó que {name} aprenda con DreamSeed en {organisation}.\n"
            "Abre este enlace antes de 14 días para confirmar que fuiste tú:\n\n{link}\n\n"
            "Guarda este mensaje: con el mismo enlace puedes retirar tu consentimiento cuando quieras.\n"
            "Si no fuiste tú, no hagas nada: sin el enlace no se registra nada.\n",
        ),
        "ko": (
            "{name} 학생에 대한 동의를 확인해 주세요",
            "안녕하세요.\n\n"
            "하루 전에 이 주소의 사용자가 {name} 학생이 {organisation}에서 DreamSeed로 학습하는 데 동의했습니다.\n"
            "본인이 맞다면 14일 안에 아래 링크를 열어 확인해 주세요.\n\n{link}\n\n"
            "이 메일을 보관해 두세요. 같은 링크로 언제든지 동의를 철회할 수 있습니다.\n"
            "본인이 아니라면 아무것도 하지 않으셔도 됩니다. 링크를 열지 않으면 기록은 남지 않습니다.\n",
        ),
    },
    **ADDRESS_TEXTS,
    **ERASURE_TEXTS,
}
