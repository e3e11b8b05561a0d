"""Rules: small functions from facts and an edition to a finding, or to nothing; one module for each group of rules."""
