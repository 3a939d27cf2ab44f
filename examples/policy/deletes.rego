# What may never be deleted without somebody asking for it outside of this repository.
package main

import rego.v1

protected_tiers := {"Gold", "Platinum"}

# A customer whose tier makes it one that a person answers for.
deny contains message if {
	some resource in input.resource_changes
	resource.type == "customer"
	"delete" in resource.change.actions
	tier := resource.change.before.customFields.tier.label
	tier in protected_tiers
	message := sprintf("%s: a %s customer is not deleted by a plan", [resource.address, tier])
}

# More deletes than a reviewer can be expected to look at one by one. `most_deletes` comes from the data file.
deny contains message if {
	going := count([1 |
		some resource in input.resource_changes
		resource.type in {"customer", "account"}
		"delete" in resource.change.actions
	])
	going > most_deletes
	message := sprintf("%d customers and accounts would be deleted, and %d may be", [going, most_deletes])
}

default most_deletes := 10

most_deletes := data.limits.most_deletes
