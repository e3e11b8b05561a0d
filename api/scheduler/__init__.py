"""What Nesie does without being asked. Each job runs by the clock, once, in whichever process comes first."""
