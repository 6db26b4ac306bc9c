# What a caller may do. Nothing is allowed that no rule allows, and every decision says why.
#
#   input.subject.permissions  patterns such as "session:read:own", "session:*" or "*"; see roles.rego
#   input.subject.limited_to   patterns that an API key is limited to; null for people who signed in
#   input.action               the permission in question: resource:action[:scope]
#   input.resource.is_own      whether the thing is the caller's own    } left out while it is not known
#   input.resource.is_taught   whether the caller teaches whose it is   } which thing it is about
package dreamseed.authz

import rego.v1

default allow := false

allow if count(denials) == 0

decision := {"allow": allow, "reasons": sort([reason | some reason in denials])}

denials contains "permission_missing" if not is_granted

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
	not oversees
}

is_granted if grants(input.action)

is_granted if {
	is_own
	grants(concat(":", [input.action, "own"]))
}

is_own if input.resource.is_own == true

oversees if {
	grants("class:oversee")
	is_within_key("class:oversee")
}

is_within_key(action) if input.subject.limited_to == null

is_within_key(action) if {
	some pattern in covering(action)
	pattern in input.subject.limited_to
}

grants(action) if {
	some pattern in covering(action)
	pattern in input.subject.permissions
}

# The patterns that cover an action: all, everything on the resource, the action in every scope, and itself.
covering(action) := {"*", concat(":", [parts[0], "*"]), concat(":", array.slice(parts, 0, 2)), action} if {
	parts := split(action, ":")
}
