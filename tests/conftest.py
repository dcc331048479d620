"""What holds for all tests: how long one takes depends on the machine, and is never what is tested."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
