"""The injected fault: the region run apart, before and after, with each exception made to happen."""
