"""For all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from fakes.real_obs import obs_of_session, real_obs, real_obs_with_sound, sounding_obs_of_session
from lanes import pytest_xdist_make_scheduler
from quiet import pytest_runtest_protocol

__all__ = [
    "obs_of_session",
    "pytest_runtest_protocol",
    "pytest_xdist_make_scheduler",
    "real_obs",
    "real_obs_with_sound",
    "sounding_obs_of_session",
]

# nothing passes or fails by a clock: under load, a text that folds in 0.4 ms took more than the 200 ms that are allowed otherwise
settings.register_profile("sidecast", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sidecast")
