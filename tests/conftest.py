"""What every test shares: one thread per process, hypothesis without a clock, a real Chromium."""

import os
import shutil
import signal

# Two test processes with two threads each on two cores mostly wait for one another.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

# A shell ignores Ctrl+C for what it runs in the background, and so would every process that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

import pytest
from hypothesis import HealthCheck, settings

# No deadlines: a slow machine is not a wrong answer. CI repeats the same examples, so red can be repeated.
slow = [HealthCheck.too_slow]
settings.register_profile("default", deadline=None, max_examples=50, suppress_health_check=slow)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Without these flags a closed network makes Chromium retry its own services many times a second.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="module")  # one that stays open would be in the way of other modules' browsers
def browser():
    """Chromium, driven by Playwright. In CI a missing one is a failure; elsewhere the tests skip and say why."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing; CI must install it")
        pytest.skip("no Chromium on this machine: install the package `chromium`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
