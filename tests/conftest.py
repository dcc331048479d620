"""What holds for all tests: how long one takes depends on the machine, and is never what is tested.

Laws are tried on the same examples each time, so that a failure is the fault of the change at hand; with
``--hypothesis-profile=explore`` they are tried on others.
"""

from hypothesis import settings

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile("repeatable")
