"""Hillside with somebody of every role, who all stand in the same relations to things, and Riverbank beside it.

Whoever calls teaches one learner and has another as a ward, belongs to one class as its teacher and to another as a
learner, and owns something of each kind. So what a caller gets depends on their role and on the relation alone.

    own       the caller's                   taught   of a learner, or a class, whom the caller teaches
    learnt    of a class they learn in       ward     of a learner whose guardian the caller is
    apart     anybody else's in Hillside     beyond   a person who may do more than most
    foreign   Riverbank's
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Table, insert, select, update

from dreamseed.assessment.tables import test_sessions
from dreamseed.calibration.tables import simulations
from dreamseed.consents.tables import consents
from dreamseed.content.tables import item_versions, items
from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.api_keys import Key, name_digest
from dreamseed.identity.queries import add_user
from dreamseed.identity.second_factors import sealed_name
from dreamseed.identity.tables import (
    api_keys,
    challenges,
    guardianships,
    identities,
    invitations,
    roles,
    second_factors,
    sign_ins,
    users,
)
from dreamseed.platform.jobs import create_job
from dreamseed.platform.outbox import publish
from dreamseed.platform.tables import outbox
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy.tables import anonymised_copies, data_exports, erasures, legal_holds
from dreamseed.rosters.tables import roster_imports
from dreamseed.school.tables import assignments, classes, enrolments
from host.demo.seed import HILLSIDE, RIVERBANK, demo_id
from tests.school import FOREIGN_LEARNER, LEARNER, School

CALLERS: dict[str, str | None] = {
    "anonymous": None,
    "member": "member",
    "learner": "learner",
    "teacher": "teacher",
    "head": "head",
    "author": "author",
    "guardian": "guardian",
    "admin": "org_admin",
    "key": "org_admin",
    "operator": "operator",
    "reviewer": "reviewer",
}
"""Who asks, and which role they hold."""
HEAD = {"permissions": ["class:oversee", "person:manage"], "inherits_from": ["teacher"]}
"""A role of the organisation's own."""
KEY_SCOPES = ["class:read", "history:read", "session:read"]
"""What the API key is limited to; its owner is an administrator."""
EXAM, PRACTICE = "Where do I stand?", "Practise"
NOW = datetime.now(UTC)
LATER = "2031-01-01T00:00:00Z"


class World:
    """The people and things. Ids are made when they are first asked for, those that a call uses up each time."""

    def __init__(self, school: School) -> None:
        self._school = school
        self._static: dict[tuple[str, str, str], str] = {}
        self.people = {name: uuid4() for name in (*CALLERS, "taught", "ward", "apart", "spare")}
        self.people["foreign"] = demo_id(FOREIGN_LEARNER)
        self.classes = {name: uuid4() for name in ("taught", "learnt", "apart")}
        self.classes["foreign"] = demo_id("riverbank", "class", "Delta")
        self._add_people()
        self._session = self._session_to_copy()
        self.tokens = {name: self._token(name) for name in CALLERS}

    def thing(self, kind: str, relation: str, caller: str) -> str:
        """The id of a thing of that kind in that relation to the caller."""
        if kind in _USED_UP:
            return str(self._make(kind, relation, caller))
        owner = caller if relation == "own" else ""
        key = (kind, relation, owner)
        if key not in self._static:
            self._static[key] = str(self._make(kind, relation, caller))
        return self._static[key]

    def companion(self, parameter: str, relation: str) -> str:
        """The id of the second thing that a path names: somebody for whom the call makes sense."""
        if parameter == "learner_id":
            return str(self.people[{"taught": "taught", "learnt": "learner"}.get(relation, "apart")])
        return str(self.people["spare"])

    def _make(self, kind: str, relation: str, caller: str) -> UUID:
        organisation = RIVERBANK if relation == "foreign" else HILLSIDE
        if kind in ("learner", "subject"):
            return self.people.get(relation, self.people[caller])
        if kind == "class":
            return self.classes[relation]
        if kind in ("test_design", "bank_version"):
            return demo_id(organisation.slug, PRACTICE if kind == "test_design" else "bank version")
        owner = self.people.get(relation, self.people[caller])
        with tenant_transaction(organisation.id, self._school.database.url("write")) as db:
            return _MAKERS[kind](self, db, owner, relation)

    def session_of(self, db: Connection, owner: UUID, relation: str) -> UUID:
        """A running session of that person's; the caller's own is over, for whoever is in an exam may do less."""
        slug = "riverbank" if relation == "foreign" else "hillside"
        design = {"test_design_id": demo_id(slug, EXAM), "bank_version_id": demo_id(slug, "bank version")}
        row = {**self._session, **design, "learner_id": owner, "assignment_id": None}
        return _add(db, test_sessions, **(row | _OVER if relation == "own" else row))

    def assignment_of(self, db: Connection, owner: UUID, relation: str) -> UUID:
        """A test that is set for the class of that relation."""
        design_id = demo_id("riverbank" if relation == "foreign" else "hillside", PRACTICE)
        window = {"opens_at": "2026-01-01T00:00:00Z", "closes_at": LATER}
        return _add(db, assignments, class_id=self.classes[relation], test_design_id=design_id, **window)

    def _add_people(self) -> None:
        self._school.set_plan("professional")  # one key asks more than 100 times here
        keys = self._school.keys()
        with tenant_transaction(HILLSIDE.id, self._school.database.url("write")) as db:
            _add(db, roles, name="head", **HEAD)
            password = select(users.c.password_hash).where(users.c.id == demo_id(LEARNER)).scalar_subquery()
            held = {**CALLERS, **dict.fromkeys(("taught", "ward", "apart", "spare"), "learner")}
            for name, role in held.items():
                made = add_user(db, keys, {"email": _email(name), "full_name": name.title()}, [role] if role else [])
                self.people[name] = made
                db.execute(update(users).where(users.c.id == made).values(password_hash=password))
            for name in ("taught", "learnt", "apart"):
                db.execute(insert(classes).values(id=self.classes[name], name=f"{name} class"))
            members = [("taught", "taught", "learner"), ("apart", "apart", "learner")]
            members += [(each, caller, role) for caller in CALLERS for each, role in _BELONGS.items()]
            db.execute(insert(enrolments), [self._enrolment(*member) for member in members])
            wards = [{"guardian_id": self.people[caller], "learner_id": self.people["ward"]} for caller in CALLERS]
            db.execute(insert(guardianships), wards)

    def _enrolment(self, class_name: str, person: str, role: str) -> dict[str, Any]:
        return {
            "class_id": self.classes[class_name],
            "user_id": self.people[person],
            "role": role,
            "enrolled_at": NOW,
        }

    def _session_to_copy(self) -> dict[str, Any]:
        session_id = UUID(self._school.start(name=EXAM)["id"])
        with tenant_transaction(HILLSIDE.id, self._school.database.url("read")) as db:
            row = db.execute(select(test_sessions).where(test_sessions.c.id == session_id)).one()
        return {name: value for name, value in row._mapping.items() if name not in ("org_id", "id", "created_at")}

    def _token(self, caller: str) -> str | None:
        if caller == "anonymous":
            return None
        if caller != "key":
            return self._school.token(_email(caller))
        key = Key(HILLSIDE.id, uuid4(), "secret")
        with tenant_transaction(HILLSIDE.id, self._school.database.url("write")) as db:
            owned = {"permissions": KEY_SCOPES, **_key_name(self._school.keys(), self.people["key"])}
            _add(db, api_keys, id=key.id, key_hash=key.digest, rate_limit_per_hour=100_000, **owned)
        return str(key)


_BELONGS = {"taught": "teacher", "learnt": "learner"}
_USED_UP = {"api_key", "dead_letter", "role", "identity", "second_factor", "sign_in", "user"}


def _email(name: str) -> str:
    return f"{name}@world.example"


def _add(db: Connection, table: Table, **values: Any) -> UUID:
    row = {"id": uuid4(), **values}
    db.execute(insert(table).values(**row))
    return UUID(str(row["id"]))


def _item(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    return UUID(str(db.scalar(select(items.c.id).order_by(items.c.code).limit(1))))


def _item_version(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    item_id = _item(world, db, owner, relation)
    return UUID(str(db.scalar(select(item_versions.c.id).where(item_versions.c.item_id == item_id))))


def _user(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    org_id = RIVERBANK.id if relation == "foreign" else HILLSIDE.id
    person = {"email": _email(uuid4().hex), "full_name": "Somebody"}
    return add_user(db, world._school.keys(org_id), person, ["org_admin" if relation == "beyond" else "learner"])


def _job(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    return create_job(db, "simulate_design", {}, created_by=owner)


def _export(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    return create_job(db, "export_audit_log", {"first_seq": 1, "last_seq": 1}, created_by=owner)


def _verification(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    return create_job(db, "verify_audit_log", {}, created_by=owner)


def _simulation(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    design_id = demo_id("riverbank" if relation == "foreign" else "hillside", PRACTICE)
    settings = {"examinees": 100, "theta_points": [0.0], "seed": 1}
    job_id = _job(world, db, owner, relation)
    return _add(db, simulations, test_design_id=design_id, job_id=job_id, settings=settings)


def _dead_letter(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    letter_id = publish(db, "session.finished", {})
    db.execute(update(outbox).where(outbox.c.id == letter_id).values(dead_at=NOW))
    return letter_id


def _role(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    return _add(db, roles, name=f"role_{uuid4().hex[:20]}", permissions=[], inherits_from=[])


def _keys(world: World, relation: str) -> SubjectKeys:
    return world._school.keys((RIVERBANK if relation == "foreign" else HILLSIDE).id)


def _invitation(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    id_, email = uuid4(), _email(uuid4().hex)
    address = {"email": _keys(world, relation).seal(id_, email, "invitations.email"), "email_digest": email.encode()}
    return _add(db, invitations, id=id_, **address, role="learner", language="en", expires_at=LATER)


def _roster(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    job_id = create_job(db, "import_roster", {}, created_by=owner)
    return _add(db, roster_imports, format="csv", name="Roster", is_dry_run=True, job_id=job_id)


def _api_key(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    limits = {"permissions": [], "rate_limit_per_hour": 1}
    return _add(db, api_keys, key_hash=b"", **limits, **_key_name(_keys(world, relation), owner))


def _key_name(keys: SubjectKeys, owner: UUID) -> dict[str, Any]:
    """Whose a key is, and a name that none of theirs has."""
    name = uuid4().hex
    sealed = keys.seal(owner, name, "api_keys.name")
    return {"user_id": owner, "name": sealed, "name_digest": name_digest(keys, owner, name)}


def _second_factor(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    name = sealed_name(_keys(world, relation), owner, "App")
    return _add(db, second_factors, user_id=owner, kind="totp", name=name, secret=b"")


def _identity(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    subject = _keys(world, relation).seal(owner, "someone", "identities.subject")
    known = {"issuer": "https://id.example", "subject_digest": uuid4().bytes, "last_used_at": NOW}
    return _add(db, identities, user_id=owner, subject=subject, **known)


def _sign_in(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    return _add(db, sign_ins, user_id=owner, method="password", last_seen_at=NOW)


def _challenge(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    return _add(db, challenges, user_id=owner, purpose="passkey", value=b"challenge", expires_at=LATER)


def _data_export(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    job_id = create_job(db, "export_subject", {})
    return _add(db, data_exports, subject_id=owner, requested_by=owner, job_id=job_id)


def _erasure(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    """One that was called off: of each person only one may be open."""
    cancelled = {"cancelled_at": NOW, "cancelled_by": owner}
    return _add(db, erasures, subject_id=owner, requested_by=owner, due_at=LATER, **cancelled)


def _legal_hold(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    reason = _keys(world, relation).seal(owner, "a case", "legal_holds.reason")
    return _add(db, legal_holds, subject_id=owner, reason=reason, placed_by=owner)


def _anonymised_copy(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    return _add(db, anonymised_copies, job_id=create_job(db, "anonymise_responses", {}), k=10, created_by=owner)


def _consent(world: World, db: Connection, owner: UUID, relation: str) -> UUID:
    how = {"capacity": "self" if relation == "own" else "guardian", "method": "signed_in", "given_at": NOW}
    return _add(db, consents, subject_id=owner, purpose="analytics", text_version="2026-11", language="en", **how)


_OVER = {"status": "finished", "stop_reason": "learner_finished", "finished_at": NOW, "next_choice": None}
_MAKERS: dict[str, Callable[[World, Connection, UUID, str], UUID]] = {
    "session": World.session_of,
    "assignment": World.assignment_of,
    "item": _item,
    "item_version": _item_version,
    "user": _user,
    "job": _job,
    "simulation": _simulation,
    "export": _export,
    "verification": _verification,
    "dead_letter": _dead_letter,
    "role": _role,
    "invitation": _invitation,
    "roster": _roster,
    "api_key": _api_key,
    "second_factor": _second_factor,
    "identity": _identity,
    "sign_in": _sign_in,
    "challenge": _challenge,
    "data_export": _data_export,
    "erasure": _erasure,
    "legal_hold": _legal_hold,
    "anonymised_copy": _anonymised_copy,
    "consent": _consent,
}
