"""The plan for programs, read by programs of others: policies, and readers of Terraform plans."""
