# What holds for any plan.
package main

import rego.v1

deny contains "the plan is incomplete: not everything could be read" if input.complete == false

# What cannot be known beforehand is worth a look.
warn contains message if {
	some resource in input.resource_changes
	some mark in resource.marks
	message := sprintf("%s: %s", [resource.address, mark.text])
}

# A guard was told to let something through. Who did, and why, is in the document.
warn contains message if {
	some override in input.overrides
	message := sprintf("let through by an override: %s", [override])
}
