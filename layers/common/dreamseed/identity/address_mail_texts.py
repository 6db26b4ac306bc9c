"""What the mails about a change of one's e-mail address say; see `dreamseed.identity.mail_texts`."""

from __future__ import annotations

ADDRESS_TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "confirm_address": {
        "en": (
            "Confirm your new e-mail address for {organisation}",
            "Hello {name},\n\n"
            "open this link within 24 hours, and this becomes the address of your account at {organisation}:"
            "\n\n{link}\n\n"
            "If it was not you, do nothing: without the link nothing changes.\n",
        ),
        "es": (
            "Confirma tu nuevo correo electrónico para {organisation}",
            "Hola, {name}:\n\n"
            "Abre este enlace antes de 24 horas y esta será la dirección de tu cuenta en {organisation}:\n\n{link}\n\n"
            "Si no has sido tú, no hagas nada: sin el enlace no cambia nada.\n",
        ),
        "ko": (
            "{organisation} 새 이메일 주소 확인",
            "{name} 님, 안녕하세요.\n\n"
            "24시간 안에 아래 링크를 열면 이 주소가 {organisation} 계정의 이메일 주소가 됩니다.\n\n{link}\n\n"
            "요청하지 않으셨다면 아무것도 하지 않으셔도 됩니다. 링크를 열지 않으면 아무것도 바뀌지 않습니다.\n",
        ),
    },
    "address_taken": {
        "en": (
            "This address has an account at {organisation} already",
            "Hello,\n\n"
            "somebody wanted to make this the address of their account at {organisation}, but another account has it.\n"
            "If both accounts are yours, ask your school to bring them together.\n\n"
            "If it was not you, do nothing: nothing has changed.\n",
        ),
        "es": (
            "Esta dirección ya tiene una cuenta en {organisation}",
            "Hola:\n\n"
            "Alguien quiso usar esta dirección para su cuenta en {organisation}, pero ya la tiene otra cuenta.\n"
            "Si las dos cuentas son tuyas, pide a tu centro que las una.\n\n"
            "Si no has sido tú, no hagas nada: no ha cambiado nada.\n",
        ),
        "ko": (
            "{organisation}에 이 주소의 계정이 이미 있습니다",
            "안녕하세요.\n\n"
            "이 주소를 {organisation} 계정의 주소로 바꾸려는 요청이 있었지만 다른 계정이 이미 쓰고 있습니다.\n"
            "두 계정이 모두 본인의 것이라면 학교에 계정을 합쳐 달라고 요청해 주세요.\n\n"
            "요청하지 않으셨다면 아무것도 하지 않으셔도 됩니다. 바뀐 것은 없습니다.\n",
        ),
    },
    "address_change_asked": {
        "en": (
            "Somebody wants to change your e-mail address",
            "Hello {name},\n\n"
            "your account at {organisation} shall get another e-mail address. We have sent a link there.\n"
            "If it was not you, choose a new password at once, and the link holds no more: {origin}/reset-password\n",
        ),
        "es": (
            "Alguien quiere cambiar tu correo electrónico",
            "Hola, {name}:\n\n"
            "Se ha pedido otro correo electrónico para tu cuenta en {organisation}. Hemos enviado allí un enlace.\n"
            "Si no has sido tú, elige enseguida una contraseña nueva y el enlace dejará de servir:"
            " {origin}/reset-password\n",
        ),
        "ko": (
            "이메일 주소 변경이 요청되었습니다",
            "{name} 님, 안녕하세요.\n\n"
            "{organisation} 계정의 이메일 주소를 바꾸는 요청이 있어 새 주소로 링크를 보냈습니다.\n"
            "본인이 아니라면 바로 새 비밀번호를 정해 주세요. 그 링크는 쓸 수 없게 됩니다: {origin}/reset-password\n",
        ),
    },
    "address_changed": {
        "en": (
            "Your e-mail address was changed",
            "Hello {name},\n\n"
            "your account at {organisation} has another e-mail address now, and other devices were signed out.\n"
            "This address leads to it no more. If it was not you, tell your school at once.\n",
        ),
        "es": (
            "Se ha cambiado tu correo electrónico",
            "Hola, {name}:\n\n"
            "Tu cuenta en {organisation} tiene ahora otro correo electrónico y se han cerrado las demás sesiones.\n"
            "Esta dirección ya no lleva a ella. Si no has sido tú, avisa enseguida a tu centro.\n",
        ),
        "ko": (
            "이메일 주소가 변경되었습니다",
            "{name} 님, 안녕하세요.\n\n"
            "{organisation} 계정의 이메일 주소가 변경되었고 다른 기기에서는 로그아웃되었습니다.\n"
            "이 주소로는 더 이상 로그인할 수 없습니다. 본인이 아니라면 바로 학교에 알려 주세요.\n",
        ),
    },
}
