"""What people agree to, in plain words: title and text of each purpose, by version and language."""

from __future__ import annotations

TEXTS: dict[str, dict[str, dict[str, tuple[str, str]]]] = {
    "2026-11": {
        "account": {
            "en": (
                "An account",
                "We keep a name, an e-mail address and the classes, so that the learner can sign in and the school"
                " knows who is who. When the account is closed, they are deleted.",
            ),
            "es": (
                "Una cuenta",
                "Guardamos el nombre, la dirección de correo y las clases para que el alumno pueda iniciar sesión y el"
                " centro sepa quién es quién. Cuando se cierra la cuenta, se borran.",
            ),
            "ko": (
                "계정",
                "학습자가 로그인하고 학교가 학습자를 알아볼 수 있도록 이름, 이메일 주소, 소속 학급을 보관합니다."
                " 계정을 닫으면 삭제됩니다.",
            ),
        },
        "learning_record": {
            "en": (
                "Answers and results",
                "We keep the answers to tests and exercises and work out from them what the learner can do already."
                " The learner, their guardians and their teachers see it; nobody else does, and it is not sold.",
            ),
            "es": (
                "Respuestas y resultados",
                "Guardamos las respuestas de pruebas y ejercicios y calculamos con ellas lo que el alumno ya sabe."
                " Lo ven el alumno, sus tutores legales y sus docentes; nadie más, y no se vende.",
            ),
            "ko": (
                "답안과 결과",
                "시험과 연습의 답안을 보관하고 이를 바탕으로 학습자가 이미 할 수 있는 것을 계산합니다."
                " 학습자, 보호자, 교사만 볼 수 있으며 판매하지 않습니다.",
            ),
        },
        "analytics": {
            "en": (
                "Making the tests better",
                "Answers without names may be used to find out which questions are good and to improve the product."
                " Everything works without it.",
            ),
            "es": (
                "Mejorar las pruebas",
                "Las respuestas sin nombre pueden usarse para saber qué preguntas son buenas y mejorar el producto."
                " Todo funciona también sin ello.",
            ),
            "ko": (
                "더 나은 시험 만들기",
                "이름을 뺀 답안을 좋은 문항을 찾고 제품을 개선하는 데 사용할 수 있습니다."
                " 동의하지 않아도 모든 기능을 쓸 수 있습니다.",
            ),
        },
        "ai_tutoring": {
            "en": (
                "A tutor that is a computer",
                "The learner may ask a tutor that is an artificial intelligence. What they write, and what they know"
                " already, is sent to it for the answer. Everything else works without it.",
            ),
            "es": (
                "Un tutor que es un ordenador",
                "El alumno puede preguntar a un tutor que es una inteligencia artificial. Para responder recibe lo que"
                " el alumno escribe y lo que ya sabe. Todo lo demás funciona también sin ello.",
            ),
            "ko": (
                "인공지능 튜터",
                "학습자는 인공지능 튜터에게 질문할 수 있습니다. 답변을 위해 학습자가 쓴 내용과 이미 아는 것이"
                " 인공지능에 전달됩니다. 동의하지 않아도 다른 기능은 모두 쓸 수 있습니다.",
            ),
        },
    },
}
