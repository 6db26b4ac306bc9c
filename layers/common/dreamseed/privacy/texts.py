"""What an export says in plain language."""

from __future__ import annotations

README = """Your data

This is a copy of what is kept of {name}, made on {day}.

Every list comes twice: as JSON, for programs, and as CSV, which a spreadsheet opens. The folder "schema" says
what each field is. "files" holds the files that belong to you, if there are any.

{tables}

also_named.json says how often you are named as whoever made or changed something that is about others.
left_out.json says what is not in here, and why: chiefly what one could sign in with.

If something is wrong, or you want it deleted, ask your school, or use "Settings > Your data".
"""

TABLES = {
    "users": "your account",
    "memberships": "your roles",
    "sign_ins": "the devices that you signed in from",
    "second_factors": "what you confirm your sign-in with",
    "identities": "accounts elsewhere that you sign in with",
    "api_keys": "keys that programs use in your name",
    "invitations": "invitations that were sent to your address",
    "guardianships": "who looks after whom",
    "test_sessions": "the tests that you took",
    "responses": "your answers, one by one",
    "session_interventions": "what staff changed in your tests, and why",
    "knowledge_evidence": "right and wrong answers by skill",
    "knowledge_states": "what you probably know",
    "learner_abilities": "where you stand",
    "enrolments": "your classes",
    "accommodations": "what you need in a test",
    "assignment_extensions": "more time that you were given",
    "roster_links": "what your school's own system calls you",
    "data_exports": "copies like this one",
    "erasures": "requests to delete your data",
    "legal_holds": "reasons why your data must be kept for now",
}
"""What the rows of a table are to the person whom they are about. Others are called by their name."""
