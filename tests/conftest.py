"""What every test shares: one thread per process, and hypothesis without a clock."""

import os

# Two test processes with two threads each on two cores mostly wait for one another.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from hypothesis import HealthCheck, settings

# No deadlines: a slow machine is not a wrong answer. CI repeats the same examples, so red can be repeated.
slow = [HealthCheck.too_slow]
settings.register_profile("default", deadline=None, max_examples=50, suppress_health_check=slow)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
