"""Everything a person can do, one act each, with whom it takes and what it changes.

Pages and the HTTP API are two ways to the same acts; the services they call stand in the packages below.
"""
