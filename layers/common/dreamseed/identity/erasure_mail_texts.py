"""What the last mail to somebody says who is being erased; see `dreamseed.identity.mail_texts`. It names nobody."""

from __future__ import annotations

ERASURE_TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "erasure_begun": {
        "en": (
            "What {organisation} kept of you is being deleted",
            "Hello,\n\n"
            "as was asked, your account at {organisation} is closed, and what was kept of you is being deleted. Nobody"
            " can bring it back.\n"
            "In a few minutes you find the certificate here. It says what was deleted, what has to stay, and why:"
            "\n\n{link}\n\n"
            "Save it soon: we can send you nothing more, because your address is deleted too. This is the last mail to"
            " it.\n",
        ),
        "es": (
            "Se está borrando lo que {organisation} guardaba de ti",
            "Hola:\n\n"
            "Como se pidió, tu cuenta en {organisation} está cerrada y se está borrando lo que se guardaba de ti."
            " Nadie puede recuperarlo.\n"
            "Dentro de unos minutos encontrarás aquí el certificado. Dice qué se ha borrado, qué debe quedarse y por"
            " qué:\n\n{link}\n\n"
            "Guárdalo pronto: no podremos enviarte nada más, porque tu dirección también se borra. Este es el último"
            " mensaje que recibe.\n",
        ),
        "ko": (
            "{organisation}에 보관되던 개인 정보를 삭제하고 있습니다",
            "안녕하세요.\n\n"
            "요청에 따라 {organisation} 계정을 닫고 보관하던 정보를 삭제하고 있습니다. 삭제된 정보는 되돌릴 수"
            " 없습니다.\n"
            "몇 분 뒤 아래 링크에서 증명서를 볼 수 있습니다. 무엇을 삭제했고 무엇이 왜 남는지 적혀 있습니다."
            "\n\n{link}\n\n"
            "이 주소도 삭제되므로 더는 메일을 보내 드릴 수 없습니다. 증명서를 곧 저장해 주세요. 이 메일이"
            " 마지막입니다.\n",
        ),
    },
}
