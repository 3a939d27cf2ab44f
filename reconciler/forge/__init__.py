"""Where plans are reviewed: comments on pull requests and merge requests at GitHub and GitLab."""
