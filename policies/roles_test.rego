package dreamseed.roles_test

import data.dreamseed.roles
import rego.v1

held(names) := result if {
	result := roles.permissions with input as {"roles": names}
}

test_nobody_holds_anything if {
	held([]) == set()
	held(["no such role"]) == set()
}

test_a_role_holds_its_own_and_what_it_inherits if {
	"history:read:own" in held(["learner"])
	"session:answer:own" in held(["learner"])
	not "history:read" in held(["learner"])
}

test_several_roles_hold_what_each_holds if {
	"item:*" in held(["teacher", "author"])
	"analytics:read" in held(["teacher", "author"])
}

test_learners_hold_nothing_that_reaches_others if {
	every permission in held(["learner"]) {
		reaches_nobody_else(permission)
	}
}

reaches_nobody_else(permission) if endswith(permission, ":own")

reaches_nobody_else(permission) if permission in {"session:create", "test_design:read"}

test_guardians_hold_what_is_theirs_and_their_wards if {
	every permission in held(["guardian"]) {
		is_for_guardians(permission)
	}
}

is_for_guardians(permission) if endswith(permission, ":own")

is_for_guardians(permission) if endswith(permission, ":ward")

test_operators_and_reviewers_reach_no_person if {
	every permission in held(["operator", "reviewer"]) {
		split(permission, ":")[0] in {"dead_letter", "item", "job", "privacy", "profile", "simulation", "test_design"}
	}
	not "item:update" in held(["reviewer"])
	not "item:*" in held(["reviewer"])
}
