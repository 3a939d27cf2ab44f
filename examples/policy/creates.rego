# A wrong export creates everything again: so many at a time, in one organization, and no more.
package main

import rego.v1

deny contains message if {
	some organization in {resource.organization | some resource in input.resource_changes}
	coming := count([1 |
		some resource in input.resource_changes
		resource.organization == organization
		resource.type in {"customer", "account"}
		"create" in resource.change.actions
	])
	coming > most_creates
	message := sprintf("%s: %d customers and accounts would be created, and %d may be", [
		organization,
		coming,
		most_creates,
	])
}

default most_creates := 50

most_creates := data.limits.most_creates
