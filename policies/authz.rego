# What a caller may do. Nothing is allowed that no rule allows, and every decision says why.
#
#   input.subject.permissions  patterns such as "session:read:own", "session:*" or "*"; see roles.rego
#   input.subject.limited_to   patterns that an API key is limited to; null for people who signed in
#   input.subject.has_second_factor       whether a second factor proved the sign-in
#   input.subject.requires_second_factor  whether the organisation demands one for what data.json names
#   input.subject.age_band                "under_13", "13_to_15", "16_to_17" or "adult"; null while nobody has said
#   input.subject.lacks_consent           the purposes for which a consent is missing that is needed
#   input.action               the permission in question: resource:action[:scope]
#   input.context.in_exam      whether the caller is in the middle of an exam; left out where it does not matter
#   input.resource.is_own      whether the thing is the caller's own         } left out while it
#   input.resource.is_taught   whether the caller teaches whose it is        } is not known which
#   input.resource.is_ward     whether the caller is guardian of whose it is } thing it is about
package dreamseed.authz

import rego.v1

default allow := false

allow if count(denials) == 0

# What is allowed is so by the permissions that cover it, what is denied by every rule against it.
decision := {"allow": true, "reasons": sort([pattern | some pattern in grounds])} if allow

decision := {"allow": false, "reasons": sort([reason | some reason in denials])} if not allow

grounds contains pattern if {
	some pattern in patterns
	pattern in input.subject.permissions
}

grounds contains pattern if {
	is_own
	some pattern in held(concat(":", [input.action, "own"]))
}

grounds contains pattern if {
	may_be_wards
	some pattern in held(for_wards)
}

denials contains "permission_missing" if {
	not is_granted
	not is_for_wards
}

# What somebody may do for their wards, they may do for nobody else.
denials contains "not_ward" if {
	not is_granted
	is_for_wards
}

denials contains "beyond_key" if {
	is_granted
	not is_within_key(input.action)
}

# An action on one's own things is nobody else's, whatever they may do otherwise.
denials contains "not_own" if {
	is_granted
	endswith(input.action, ":own")
	input.resource.is_own == false
}

# Staff reach those whom they teach; whoever oversees all classes reaches everybody.
denials contains "not_taught" if {
	is_granted
	input.resource.is_taught == false
	not is_own
	not is_wards
	not oversees
}

# Where the organisation demands it, what data.json names needs a sign-in with a second factor. A program has none;
# making its key needs one.
denials contains "second_factor_missing" if {
	is_granted
	input.subject.requires_second_factor
	not input.subject.has_second_factor
	input.subject.limited_to == null
	some pattern in patterns
	pattern in data.dreamseed.second_factor
}

# What is recorded of somebody needs the consent for its purpose, where one is needed.
denials contains "consent_missing" if {
	is_granted
	some purpose in input.subject.lacks_consent
	some pattern in data.dreamseed.consent[purpose]
	pattern in patterns
}

denials contains "too_young" if {
	is_granted
	some pattern in data.dreamseed.too_young[input.subject.age_band]
	pattern in patterns
}

# While an exam is open, its learner is not helped by what they know, by practice, or by a tutor.
denials contains "in_exam" if {
	is_granted
	input.context.in_exam
	some pattern in patterns
	pattern in data.dreamseed.closed_in_exam
}

is_granted if count(grounds) > 0

# Before it is known whose a thing is, the permission for one's own or for one's wards leads as far as asking.
may_be_wards if is_wards

may_be_wards if {
	not is_known_whose
	endswith(input.action, ":own")
}

is_for_wards if grants(for_wards)

for_wards := concat(":", array.concat(array.slice(split(input.action, ":"), 0, 2), ["ward"]))

is_known_whose if is_boolean(input.resource.is_own)

is_own if input.resource.is_own == true

is_wards if input.resource.is_ward == true

oversees if {
	grants("class:oversee")
	is_within_key("class:oversee")
}

is_within_key(action) if input.subject.limited_to == null

is_within_key(action) if {
	some pattern in covering(action)
	pattern in input.subject.limited_to
}

grants(action) if count(held(action)) > 0

held(action) := {pattern | some pattern in covering(action); pattern in input.subject.permissions}

patterns := covering(input.action)

# The patterns that cover an action: all, everything on the resource, the action in every scope, and itself.
covering(action) := {"*", concat(":", [parts[0], "*"]), concat(":", array.slice(parts, 0, 2)), action} if {
	parts := split(action, ":")
}
