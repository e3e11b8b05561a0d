"""What Nesie does without being asked. Jobs run by the clock, each once, by whichever of several processes comes first."""
