"""Hypothesis for this folder: few examples by default, many with `--hypothesis-profile=thorough`."""

from hypothesis import HealthCheck, settings

_SLOW_START = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("quick", max_examples=60, deadline=None, suppress_health_check=_SLOW_START)
settings.register_profile("thorough", max_examples=2000, deadline=None, suppress_health_check=_SLOW_START)
settings.load_profile("quick")
