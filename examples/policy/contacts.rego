# Who reminders go to: a list may lose anybody but the one they are sent to.
package main

import rego.v1

# Who is written to first: the main contact at Upflow, the primary one at Billabex.
first_of_list := {"isMain", "isPrimary"}

# One that goes, or is none any more, unless another becomes it in the same list. Where the customer goes too, nobody is
# left to remind.
deny contains message if {
	some resource in input.resource_changes
	resource.type == "contact"
	is_first(resource.change.before)
	not is_first(resource.change.after)
	not deleted(resource.parent)
	not has_successor(resource.parent)
	message := sprintf("%s: the main contact goes, and nobody takes the place", [resource.address])
}

is_first(person) if {
	some flag in first_of_list
	person[flag] == true
}

deleted(parent) if {
	some resource in input.resource_changes
	resource.address == parent
	"delete" in resource.change.actions
}

has_successor(parent) if {
	some resource in input.resource_changes
	resource.type == "contact"
	resource.parent == parent
	is_first(resource.change.after)
}

# Somebody who changes places is worth a look, and no more.
warn contains message if {
	some resource in input.resource_changes
	"delete" in resource.change.actions
	resource.elsewhere != null
	message := sprintf("%s moves to %s", [resource.address, resource.elsewhere])
}
