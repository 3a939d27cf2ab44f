# Who reminders go to: a list may lose anybody but the one they are sent to.
package main

import rego.v1

# A main contact that goes, unless another becomes the main one in the same list.
deny contains message if {
	some resource in input.resource_changes
	resource.type == "contact"
	"delete" in resource.change.actions
	resource.change.before.isMain == true
	not has_successor(resource.parent)
	message := sprintf("%s: the main contact goes, and nobody takes the place", [resource.address])
}

has_successor(parent) if {
	some resource in input.resource_changes
	resource.type == "contact"
	resource.parent == parent
	resource.change.after.isMain == true
}

# Somebody who changes places is worth a look, and no more.
warn contains message if {
	some resource in input.resource_changes
	"delete" in resource.change.actions
	resource.elsewhere != null
	message := sprintf("%s moves to %s", [resource.address, resource.elsewhere])
}
