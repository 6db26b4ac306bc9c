# What the roles that every organisation has may do, with what they inherit. The roles stand in data.json.
package dreamseed.roles

import rego.v1

# The permissions of input.roles together; a role that is not known adds none.
permissions contains permission if {
	some role in reached
	some permission in data.dreamseed.builtin_roles[role].permissions
}

reached := graph.reachable(inheritance, {role | some role in input.roles})

inheritance[name] := role.inherits if some name, role in data.dreamseed.builtin_roles
