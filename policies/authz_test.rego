package dreamseed.authz_test

import data.dreamseed.authz
import rego.v1

ask(permissions, action, resource) := {
	"subject": {"permissions": permissions, "limited_to": null},
	"action": action,
	"resource": resource,
}

by_key(permissions, scopes, action) := by_key_about(permissions, scopes, action, {})

by_key_about(permissions, scopes, action, resource) := {
	"subject": {"permissions": permissions, "limited_to": scopes},
	"action": action,
	"resource": resource,
}

reasons(question) := result if {
	result := authz.decision.reasons with input as question
}

test_nothing_is_allowed_by_default if {
	not authz.allow with input as {}
	not authz.allow with input as ask([], "session:read", {})
	reasons(ask([], "session:read", {})) == ["permission_missing"]
}

test_a_permission_allows_what_it_names if {
	authz.allow with input as ask(["session:read"], "session:read", {})
}

test_what_is_allowed_says_by_which_permissions if {
	reasons(ask(["session:read"], "session:read", {})) == ["session:read"]
	reasons(ask(["*", "session:*"], "session:read", {})) == ["*", "session:*"]
	reasons(ask(["session:read:own"], "session:read", {"is_own": true})) == ["session:read:own"]
	reasons(ask(["history:read:ward"], "history:read", {"is_own": false, "is_ward": true})) == ["history:read:ward"]
	reasons(ask(["history:read:ward"], "history:read:own", {})) == ["history:read:ward"]
}

test_a_wider_permission_covers_a_narrower_one if {
	authz.allow with input as ask(["session:read"], "session:read:own", {})
	authz.allow with input as ask(["session:*"], "session:read:own", {})
	authz.allow with input as ask(["*"], "anything:at:all", {})
}

test_a_narrower_or_other_permission_does_not if {
	not authz.allow with input as ask(["session:read:own"], "session:read", {})
	not authz.allow with input as ask(["session:read"], "session:readall", {})
	not authz.allow with input as ask(["session:read"], "session:write", {})
	not authz.allow with input as ask(["sess"], "session:read", {})
	not authz.allow with input as ask([""], "session:read", {})
	not authz.allow with input as ask(["session:read:own"], "session:read:class", {})
}

test_what_is_ones_own_needs_only_the_permission_for_ones_own if {
	authz.allow with input as ask(["session:read:own"], "session:read", {"is_own": true})
	reasons(ask(["session:read:own"], "session:read", {"is_own": false})) == ["permission_missing"]
}

test_an_action_on_ones_own_is_nobody_elses if {
	authz.allow with input as ask(["session:answer:own"], "session:answer:own", {"is_own": true})
	reasons(ask(["session:answer:own"], "session:answer:own", {"is_own": false})) == ["not_own"]
	reasons(ask(["*"], "session:answer:own", {"is_own": false})) == ["not_own"]
}

test_staff_reach_those_whom_they_teach if {
	authz.allow with input as ask(["history:read"], "history:read", {"is_own": false, "is_taught": true})
	reasons(ask(["history:read"], "history:read", {"is_own": false, "is_taught": false})) == ["not_taught"]
	authz.allow with input as ask(["history:read"], "history:read", {"is_own": true, "is_taught": false})
}

test_who_oversees_all_classes_reaches_everybody if {
	held := ["history:read", "class:oversee"]
	authz.allow with input as ask(held, "history:read", {"is_own": false, "is_taught": false})
	authz.allow with input as ask(["*"], "history:read", {"is_own": false, "is_taught": false})
}

test_a_key_does_what_its_owner_may_and_its_scopes_name if {
	authz.allow with input as by_key(["*"], ["session:*"], "session:read")
	reasons(by_key(["*"], ["item:read"], "session:read")) == ["beyond_key"]
	reasons(by_key(["*"], [], "session:read")) == ["beyond_key"]
	reasons(by_key(["item:read"], ["*"], "session:read")) == ["permission_missing"]
}

test_a_key_oversees_only_if_its_scopes_say_so if {
	untaught := {"is_own": false, "is_taught": false}
	reasons(by_key_about(["*"], ["session:read"], "session:read", untaught)) == ["not_taught"]
	authz.allow with input as by_key_about(["*"], ["session:read", "class:oversee"], "session:read", untaught)
	authz.allow with input as by_key_about(["*"], ["session:read"], "session:read", {"is_own": false, "is_taught": true})
}

# Somebody who may do everything, with what else is known of them, and what is known of the moment.
as_admin(standing, action, context) := {
	"subject": object.union({"permissions": ["*"], "limited_to": null}, standing),
	"action": action,
	"resource": {},
	"context": context,
}

test_guardians_reach_their_wards_and_nobody_else if {
	held := ["history:read:ward"]
	authz.allow with input as ask(held, "history:read", {"is_own": false, "is_taught": false, "is_ward": true})
	reasons(ask(held, "history:read", {"is_own": false, "is_taught": false, "is_ward": false})) == ["not_ward"]
	reasons(ask(held, "history:read", {"is_own": true})) == ["not_ward"]
	reasons(ask(held, "history:delete", {"is_own": false, "is_ward": true})) == ["permission_missing"]
	reasons(ask(["history:read:own"], "history:read", {"is_own": false, "is_ward": true})) == ["permission_missing"]
}

test_before_it_is_known_whose_it_is_guardians_may_ask if {
	held := ["history:read:ward"]
	authz.allow with input as ask(held, "history:read:own", {})
	reasons(ask(held, "history:read:own", {"is_own": false})) == ["not_ward"]
	reasons(ask(held, "history:read", {})) == ["not_ward"]
	reasons(ask(held, "profile:read:own", {})) == ["permission_missing"]
}

test_a_second_factor_where_the_organisation_demands_it if {
	demanded := {"requires_second_factor": true, "has_second_factor": false}
	proved := {"requires_second_factor": true, "has_second_factor": true}
	reasons(as_admin(demanded, "role:manage", {})) == ["second_factor_missing"]
	reasons(as_admin(demanded, "audit:export", {})) == ["second_factor_missing"]
	authz.allow with input as as_admin(demanded, "item:read", {})
	authz.allow with input as as_admin(proved, "role:manage", {})
	authz.allow with input as as_admin({"requires_second_factor": false}, "role:manage", {})
	authz.allow with input as as_admin({"requires_second_factor": true, "limited_to": ["role:*"]}, "role:manage", {})
}

test_nothing_is_recorded_without_the_consent_for_it if {
	child := {"age_band": "under_13", "lacks_consent": ["learning_record", "account"]}
	reasons(as_admin(child, "session:create", {})) == ["consent_missing"]
	reasons(as_admin(child, "session:answer:own", {})) == ["consent_missing"]
	authz.allow with input as as_admin(child, "profile:read:own", {})
	authz.allow with input as as_admin({"lacks_consent": ["ai_tutoring"]}, "session:create", {})
	reasons(as_admin({"lacks_consent": ["ai_tutoring"]}, "tutor:ask", {})) == ["consent_missing"]
	reasons(ask([], "session:create", {})) == ["permission_missing"]
}

test_what_is_not_for_children if {
	reasons(as_admin({"age_band": "under_13"}, "api_key:create:own", {})) == ["too_young"]
	authz.allow with input as as_admin({"age_band": "13_to_15"}, "api_key:create:own", {})
	authz.allow with input as as_admin({"age_band": null}, "api_key:create:own", {})
}

test_an_open_exam_closes_what_would_help if {
	reasons(as_admin({}, "session:practise:own", {"in_exam": true})) == ["in_exam"]
	reasons(as_admin({}, "knowledge_state:read", {"in_exam": true})) == ["in_exam"]
	reasons(as_admin({}, "tutor:ask:own", {"in_exam": true})) == ["in_exam"]
	authz.allow with input as as_admin({}, "session:answer:own", {"in_exam": true})
	authz.allow with input as as_admin({}, "knowledge_state:read", {"in_exam": false})
}
