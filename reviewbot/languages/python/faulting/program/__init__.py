"""The pieces of the fault program. They run inside the sandbox, so they know the standard library and each other alone.

``faulting.fault`` puts their texts into one file with the region's code. They import each other relatively,
since there they form a package of another name.
"""
