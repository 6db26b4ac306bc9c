"""Puts the demo school into a database: two organisations, their people, the item bank, the tests.

Everything is written with ids derived from names, so seeding again changes nothing. The organisations' content is the
same but separate: each sees its own only. People's passwords are published on the sign-in page, so a demo school never
belongs on a server that others can reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects.postgresql import insert

from dreamseed.assessment.tables import test_designs
from dreamseed.content import tables as content
from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.passwords import hash_password
from dreamseed.identity.queries import sealed_values
from dreamseed.identity.tables import memberships, users
from dreamseed.platform.tables import organisations
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school.tables import classes, enrolments
from host.demo.bank import build_bank
from host.demo.misconceptions import MISCONCEPTIONS
from host.demo.model import DemoItem
from host.demo.skills import SKILLS

NAMESPACE = UUID("6f2d1c54-6d0a-5c53-9f0e-0d6b6f0f8a11")
PASSWORD = "learn with joy"  # noqa: S105 - published on the sign-in page of the demo  # nosec B105
BANK = "Number and algebra"
NOTICE = "This is a demo school. Its people and their results are simulated, and its item parameters are provisional."


@dataclass(frozen=True)
class DemoOrganisation:
    """A school of the demo."""

    slug: str
    name: str

    @property
    def id(self) -> UUID:
        """The same in every demo."""
        return uuid5(NAMESPACE, self.slug)


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who can sign in."""

    email: str
    name: str
    role: str
    organisation: DemoOrganisation


HILLSIDE = DemoOrganisation("hillside", "Hillside School")
RIVERBANK = DemoOrganisation("riverbank", "Riverbank School")
ORGANISATIONS = (HILLSIDE, RIVERBANK)
PEOPLE = (
    DemoPerson("ada@hillside.example", "Ada Okafor", "learner", HILLSIDE),
    DemoPerson("ben@hillside.example", "Ben Castillo", "learner", HILLSIDE),
    DemoPerson("teacher@hillside.example", "Mira Lindqvist", "teacher", HILLSIDE),
    DemoPerson("author@hillside.example", "Jun Park", "author", HILLSIDE),
    DemoPerson("admin@hillside.example", "Rosa Haddad", "org_admin", HILLSIDE),
    DemoPerson("cora@riverbank.example", "Cora Nguyen", "learner", RIVERBANK),
    DemoPerson("teacher@riverbank.example", "Tom Adeyemi", "teacher", RIVERBANK),
)


@dataclass(frozen=True)
class DemoClass:
    """A class, and the addresses of those who belong to it; a teacher's account teaches in it."""

    name: str
    subject: str
    organisation: DemoOrganisation
    members: tuple[str, ...]

    @property
    def id(self) -> UUID:
        """The same in every demo."""
        return demo_id(self.organisation.slug, "class", self.name)


CLASSES = (
    DemoClass(
        "7A",
        "Mathematics",
        HILLSIDE,
        ("teacher@hillside.example", "ada@hillside.example", "ben@hillside.example"),
    ),
    DemoClass("Delta", "Mathematics", RIVERBANK, ("teacher@riverbank.example", "cora@riverbank.example")),
)

DESIGNS: tuple[dict[str, Any], ...] = (
    {
        "name": "Where do I stand?",
        "description": "An adaptive test that finds your level. It usually takes 12 to 25 questions.",
        "mode": "exam",
        "time_limit_seconds": 3600,
        "design": {
            "stopping": {"min_items": 10, "max_items": 25, "se": 0.35},
            "start": {"n_random": 2, "among": 6},
            "exposure": {"kind": "randomesque", "n": 4},
        },
    },
    {
        "name": "Practise",
        "description": "Ten questions at your level, each with an explanation straight after your answer.",
        "mode": "practice",
        "time_limit_seconds": None,
        "design": {
            "stopping": {"min_items": 10, "max_items": 10},
            "start": {"n_random": 2, "among": 8},
            "exposure": {"kind": "randomesque", "n": 6},
        },
    },
)


def seed(write_url: str, keys: SubjectKeys) -> None:
    """Write the demo school, or what is missing of it, as the role dreamseed_write; `keys` seal its people.

    What its classes did in the term until now is written by `host.demo.term`.
    """
    missing = [organisation for organisation in ORGANISATIONS if _is_missing(organisation, write_url)]
    if not missing:
        return
    password_hash, items = hash_password(PASSWORD), build_bank()
    for organisation in missing:
        with tenant_transaction(organisation.id, write_url) as db:
            _seed_organisation(db, organisation, items, keys.of(organisation.id), password_hash)


def demo_page(people: Sequence[DemoPerson] = PEOPLE) -> dict[str, Any]:
    """What the sign-in page shows of the demo: the notice, and who of these people can sign in how."""
    return {
        "notice": NOTICE,
        "sign_ins": [
            {
                "email": person.email,
                "password": PASSWORD,
                "role": person.role,
                "name": person.name,
                "organisation": person.organisation.name,
            }
            for person in people
        ],
    }


def _is_missing(organisation: DemoOrganisation, write_url: str) -> bool:
    with tenant_transaction(organisation.id, write_url) as db:
        return db.scalar(select(func.count()).select_from(content.bank_versions)) == 0


def _seed_organisation(
    db: Connection,
    organisation: DemoOrganisation,
    items: tuple[DemoItem, ...],
    keys: SubjectKeys,
    password_hash: str,
) -> None:
    add(db, organisations, [{"id": organisation.id, "slug": organisation.slug, "name": organisation.name}])
    people = [person for person in PEOPLE if person.organisation == organisation]
    keys.make([demo_id(person.email) for person in people])
    add(db, users, [sealed_person(person, keys) | {"password_hash": password_hash} for person in people])
    add(db, memberships, [{"user_id": demo_id(person.email), "role": person.role} for person in people])
    _seed_classes(db, organisation)
    _seed_concepts(db, organisation)
    _seed_items(db, organisation, items)
    _seed_bank(db, organisation, items)
    bank_version_id = demo_id(organisation.slug, "bank version")
    add(
        db,
        test_designs,
        [
            {**design, "id": demo_id(organisation.slug, design["name"]), "bank_version_id": bank_version_id}
            for design in DESIGNS
        ],
    )


def sealed_person(person: DemoPerson, keys: SubjectKeys) -> dict[str, Any]:
    """The row of somebody who cannot sign in yet."""
    user_id = demo_id(person.email)
    named = {"email": person.email, "full_name": person.name}
    return {"id": user_id, **sealed_values(keys, user_id, named), "is_simulated": True}


def _seed_classes(db: Connection, organisation: DemoOrganisation) -> None:
    own = [each for each in CLASSES if each.organisation == organisation]
    role = {person.email: "teacher" if person.role == "teacher" else "learner" for person in PEOPLE}
    now = db.scalar(select(func.now()))
    add(db, classes, [{"id": each.id, "name": each.name, "subject": each.subject} for each in own])
    add(
        db,
        enrolments,
        [
            {"class_id": each.id, "user_id": demo_id(email), "role": role[email], "enrolled_at": now}
            for each in own
            for email in each.members
        ],
    )


def _seed_concepts(db: Connection, organisation: DemoOrganisation) -> None:
    concept = {skill.code: demo_id(organisation.slug, "concept", skill.code) for skill in SKILLS}
    add(
        db,
        content.concepts,
        [
            {"id": concept[skill.code], "code": skill.code, "name": skill.name, "description": skill.description}
            for skill in SKILLS
        ],
    )
    add(
        db,
        content.concept_relationships,
        [
            {"source_id": concept[code], "target_id": concept[skill.code], "type": "prerequisite"}
            for skill in SKILLS
            for code in skill.prerequisites
        ],
    )
    add(db, content.misconceptions, [asdict(misconception) for misconception in MISCONCEPTIONS])


def _seed_items(db: Connection, organisation: DemoOrganisation, items: tuple[DemoItem, ...]) -> None:
    slug = organisation.slug
    add(
        db,
        content.items,
        [
            {"id": demo_id(slug, item.code), "code": item.code, "concept_id": demo_id(slug, "concept", item.skill)}
            for item in items
        ],
    )
    add(
        db,
        content.item_versions,
        [
            {
                "id": _version_id(slug, item),
                "item_id": demo_id(slug, item.code),
                "version": 1,
                "body": _body(item),
                "key": _key(item),
            }
            for item in items
        ],
    )


def _seed_bank(db: Connection, organisation: DemoOrganisation, items: tuple[DemoItem, ...]) -> None:
    bank_id, bank_version_id = demo_id(organisation.slug, "bank"), demo_id(organisation.slug, "bank version")
    add(db, content.banks, [{"id": bank_id, "name": BANK}])
    add(db, content.bank_versions, [{"id": bank_version_id, "bank_id": bank_id, "version": 1}])
    add(
        db,
        content.item_parameters,
        [
            {
                "bank_version_id": bank_version_id,
                "position": position,
                "item_version_id": _version_id(organisation.slug, item),
                "discrimination": item.discrimination,
                "difficulty": item.difficulty,
                "guessing": item.guessing,
                "provenance": item.provenance,
            }
            for position, item in enumerate(items)
        ],
    )


def _body(item: DemoItem) -> dict[str, Any]:
    options = [{"id": option.id, "text": option.text, "spoken": option.spoken} for option in item.options]
    return {"stem": item.stem, "stem_spoken": item.stem_spoken, "options": options}


def _key(item: DemoItem) -> dict[str, Any]:
    return {
        "option": item.key,
        "misconceptions": {option.id: option.misconception for option in item.options if option.misconception},
        "solution": "\n\n".join(step.text for step in item.solution),
        "solution_spoken": " ".join(step.spoken for step in item.solution),
        "hints": [asdict(hint) for hint in item.hints],
    }


def _version_id(slug: str, item: DemoItem) -> UUID:
    return demo_id(slug, item.code, "version 1")


def demo_id(*names: str) -> UUID:
    """The id of a thing in the demo, by its names: the same in every demo."""
    return uuid5(NAMESPACE, "/".join(names))


def add(db: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Add rows; one that is there stays as it is."""
    db.execute(insert(table).on_conflict_do_nothing(), rows)
