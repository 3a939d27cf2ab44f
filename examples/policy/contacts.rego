# Who reminders go to: a list may lose anybody but the one they are sent to.
package main

import rego.v1

# A main contact that goes, or is none any more, unless another becomes the main one in the same list. Where the
# customer goes too, nobody is left to remind.
deny contains message if {
	some resource in input.resource_changes
	resource.type == "contact"
	resource.change.before.isMain == true
	not still_main(resource)
	not deleted(resource.parent)
	not has_successor(resource.parent)
	message := sprintf("%s: the main contact goes, and nobody takes the place", [resource.address])
}

still_main(resource) if {
	resource.change.after.isMain == true
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
	resource.change.after.isMain == true
}

# Somebody who changes places is worth a look, and no more.
warn contains message if {
	some resource in input.resource_changes
	"delete" in resource.change.actions
	resource.elsewhere != null
	message := sprintf("%s moves to %s", [resource.address, resource.elsewhere])
}
