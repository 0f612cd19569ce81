"""Stand-ins for backing services, for the tests of all packages; no service imports them."""
