"""What Nesie does without being asked: jobs by the clock, each once, whoever of several processes comes first."""
