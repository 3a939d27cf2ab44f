# Who is dunned in a way that was agreed upon stays in it: by the plan's name, as people call it.
package main

import rego.v1

agreed_plans := {"Grands comptes", "Litiges"}

deny contains message if {
	some resource in input.resource_changes
	before := resource.names.dunningPlan.before
	before in agreed_plans
	before != resource.names.dunningPlan.after
	message := sprintf("%s: leaves the dunning plan \"%s\", which was agreed upon with the customer", [
		resource.address,
		before,
	])
}
