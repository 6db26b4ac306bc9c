"""Giving and withdrawing consents, and showing where somebody stands."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.consents import queries, rules
from dreamseed.consents.models import (
    Attestation,
    Consent,
    ConsentStanding,
    MissingConsent,
    NewConsents,
    PurposeStanding,
    Subject,
)
from dreamseed.consents.queries import AnyRow
from dreamseed.consents.rules import PURPOSES, RULES, TEXT_VERSION, Capacity, Decision, Purpose
from dreamseed.database.ids import new_id
from dreamseed.errors import Forbidden, NotFound
from dreamseed.http.caller import Caller
from dreamseed.identity.ages import band_that_counts, bands_that_count, list_children
from dreamseed.identity.people import is_guardian, known, names_of, whole_of
from dreamseed.ports.subject_keys import Sealed, SubjectKeys
from dreamseed.school.access import may_reach, no_learner

CAPACITIES: tuple[Capacity, ...] = ("self", "guardian", "school")


def visible_subject(db: Connection, caller: Caller, subject: Subject) -> UUID:
    """Whose consents the caller may see: their own, their wards', their learners'. Raises NotFound."""
    subject_id = caller.user_id if subject == "me" else subject
    if not may_reach(db, caller, subject_id, "consent:read"):
        raise no_learner()
    return subject_id


def give(db: Connection, caller: Caller, wanted: NewConsents, now: datetime) -> UUID:
    """Agree or refuse for oneself or a ward; what stands already stays as it is. Returns whom it is about.

    Raises NotFound for anybody else, Forbidden `guardian_needed` for a child, `consent_not_yours` for an adult ward.
    """
    subject_id = caller.user_id if wanted.subject_id == "me" else wanted.subject_id
    capacity: Capacity = "self" if subject_id == caller.user_id else "guardian"
    if capacity == "guardian" and not _is_ward(db, caller, subject_id):
        raise no_learner()
    _require_worth(wanted.purposes, band_that_counts(db, subject_id, now.date()), capacity)
    add(
        db, subject_id, wanted.purposes, now, capacity=capacity, decision=wanted.decision, method="signed_in",
        given_by=caller.user_id, language=wanted.language,
    )  # fmt: skip
    return subject_id


def attest(
    db: Connection,
    keys: SubjectKeys,
    caller: Caller,
    learner_ids: Collection[UUID],
    wanted: Attestation,
    now: datetime,
) -> int:
    """The school agrees for these learners, but to nothing that a guardian of theirs has refused.

    Returns for how many of them a guardian has refused something.
    """
    evidence = {"is_for_teaching_only": True, "note": wanted.note}
    if wanted.class_id is not None:
        evidence["class_id"] = str(wanted.class_id)
    keys.make(learner_ids)
    refused = _refused_by_guardians(db, learner_ids, wanted.purposes)
    for learner_id in learner_ids:
        purposes = set(wanted.purposes) - refused.get(learner_id, frozenset())
        add(
            db, learner_id, purposes, now, capacity="school", method="attestation", given_by=caller.user_id,
            language=wanted.language, evidence=sealed_evidence(keys, learner_id, evidence),
        )  # fmt: skip
    return len(refused)


def add(
    db: Connection,
    subject_id: UUID,
    purposes: Iterable[Purpose],
    now: datetime,
    *,
    capacity: Capacity,
    decision: Decision = "given",
    **how: Any,
) -> None:
    """Note consents, or refusals, for these purposes in the place of what was decided the other way.

    `how`: method, given_by, language, and the sealed evidence if there is any. A refusal by nothing but a link in a
    mail takes no consent back.
    """
    wanted = sorted(set(purposes))
    if how["method"] != "email":
        by = {"withdrawn_by": how["given_by"], "withdrawn_at": now}
        queries.end_opposite(db, subject_id, wanted, capacity, decision, **by)
    common = {"subject_id": subject_id, "capacity": capacity, "decision": decision, "text_version": TEXT_VERSION}
    given = {"given_at": now, "evidence": None, **how}
    queries.add_consents(db, [{"id": new_id(), "purpose": purpose, **common, **given} for purpose in wanted])


def sealed_evidence(keys: SubjectKeys, subject_id: UUID, evidence: dict[str, Any]) -> Sealed:
    """A consent's evidence as its column takes it: a JSON document, sealed with the key of whom it is about."""
    return keys.seal(subject_id, json.dumps(evidence, ensure_ascii=False), "consents.evidence")


def withdraw(db: Connection, caller: Caller, consent_id: UUID, now: datetime) -> UUID:
    """Withdraw a consent that is the caller's to withdraw; again: nothing changes. Returns whom it is about.

    Whoever may give one may withdraw it, and from 13 on everybody those that a guardian gave for them. Raises NotFound.
    """
    row = queries.lock_consent(db, consent_id)
    if row is None or not _may_withdraw(db, caller, row, now):
        raise NotFound("There is no such consent.", code="consent_not_found")
    queries.withdraw(db, [consent_id], caller.user_id, now)
    return whole_of(db, row.subject_id)


def shown_standing(db: Connection, subject_id: UUID, now: datetime) -> ConsentStanding:
    """Where somebody stands with each purpose."""
    band = band_that_counts(db, subject_id, now.date())
    stands = queries.standing(db, [subject_id]).get(subject_id, [])
    lacks = rules.lacking(band, stands)
    return ConsentStanding(
        subject_id=subject_id,
        age_band=band,
        purposes=[
            PurposeStanding(
                purpose=purpose,
                is_needed=rules.is_needed(purpose, band),
                is_given=rules.is_needed(purpose, band) and purpose not in lacks,
                may_be_given_by=[each for each in CAPACITIES if rules.may_give(purpose, band, each)],
                refused_by=[each.capacity for each in stands if (each.purpose, each.decision) == (purpose, "refused")],
            )
            for purpose in PURPOSES
        ],
        is_blocked="learning_record" in lacks,
    )


def missing_of_children(
    db: Connection, keys: SubjectKeys, now: datetime, after: UUID | None, limit: int
) -> list[MissingConsent]:
    """Up to `limit` children for whom a consent is missing that is not optional, in the order of their ids."""
    found: list[MissingConsent] = []
    while len(found) < limit:
        children = list_children(db, now.date(), after, limit)
        standing, names = queries.standing(db, children), names_of(db, keys, children)
        for child in children:
            stands = standing.get(child, [])
            lacks = rules.lacking(rules.CHILD, stands)
            purposes = [each for each in PURPOSES if each in lacks and RULES[each].is_for_children_only]
            no = {each.purpose for each in stands if (each.capacity, each.decision) == ("guardian", "refused")}
            refused = [each for each in purposes if each in no]
            if purposes:
                found.append(
                    MissingConsent(learner_id=child, full_name=names[child], purposes=purposes, refused=refused)
                )
        if len(children) < limit:
            break
        after = children[-1]
    return found[:limit]


def shown_consent(row: AnyRow) -> Consent:
    """A consent from its row; the evidence stays with the record."""
    return Consent(**{name: getattr(row, name) for name in Consent.model_fields})


def children_of(db: Connection, learner_ids: Collection[UUID], now: datetime) -> list[UUID]:
    """Those of the learners who count as under 13: nobody else is agreed for by a school. Raises NotFound."""
    if known(db, learner_ids) != set(learner_ids):
        raise no_learner()
    bands = bands_that_count(db, learner_ids, now.date())
    return [learner_id for learner_id in learner_ids if bands.get(learner_id) == rules.CHILD]


def _may_withdraw(db: Connection, caller: Caller, row: AnyRow, now: datetime) -> bool:
    if row.capacity == "school":
        return caller.may("consent:attest")
    subject_id = whole_of(db, row.subject_id)
    if subject_id == caller.user_id:
        return band_that_counts(db, subject_id, now.date()) != rules.CHILD
    return row.capacity == "guardian" and _is_ward(db, caller, subject_id)


def _refused_by_guardians(
    db: Connection, learner_ids: Collection[UUID], purposes: Collection[Purpose]
) -> dict[UUID, frozenset[Purpose]]:
    """What of the purposes guardians have refused, of those children where they have."""
    found = {
        learner_id: rules.refused_by_guardian(rules.CHILD, stands).intersection(purposes)
        for learner_id, stands in queries.standing(db, learner_ids).items()
    }
    return {learner_id: refused for learner_id, refused in found.items() if refused}


def _is_ward(db: Connection, caller: Caller, learner_id: UUID) -> bool:
    is_ward = is_guardian(db, caller.user_id, learner_id)
    return is_ward and caller.may("consent:give", owner_id=learner_id, is_ward=is_ward)


def _require_worth(purposes: Iterable[Purpose], band: str | None, capacity: Capacity) -> None:
    if all(rules.may_give(purpose, band, capacity) for purpose in purposes):
        return
    if capacity == "self":
        raise Forbidden("A parent or guardian has to agree for you; ask them by mail.", code="guardian_needed")
    raise Forbidden("They are of age and agree for themselves.", code="consent_not_yours")
