"""A real JupyterLab, private to the test run."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Every cell stays in the page, so that a test can look at all of them.
    "notebook-extension/tracker": {"windowingMode": "none"},
}


@pytest.fixture(scope="session")
def screenshots():
    """Where pictures are kept for a person to look at: build/screenshots, or $SCREENSHOTS."""
    folder = Path(os.environ.get("SCREENSHOTS", "build/screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


@pytest.fixture(scope="session")
def start_lab(tmp_path_factory):
    """`start_lab(folder)` serves the folder in a JupyterLab of its own, started there, and returns its address."""
    servers = []

    def start(folder: Path, **environment: str) -> str:
        private = tmp_path_factory.mktemp("jupyter")
        kinds = ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"]
        kinds += ["JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "MPLCONFIGDIR", "HOME"]
        for name, settings in SETTINGS.items():
            file = private / "JUPYTERLAB_SETTINGS_DIR" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(settings))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}", "--port-retries=0"]
        command += [f"--notebook-dir={folder}", "--IdentityProvider.token=", "--allow-root"]
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {
            **os.environ,
            **{kind: str(private / kind) for kind in kinds},
            "PATH": path,
            **environment,
        }
        with (private / "log").open("wb") as log:
            server = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        servers.append(server)
        address = f"http://127.0.0.1:{port}"
        for _ in range(900):
            if server.poll() is not None:
                pytest.fail(f"JupyterLab ended at once:\n{(private / 'log').read_text()[-2000:]}")
            try:
                urllib.request.urlopen(f"{address}/api", timeout=5).close()
                return address
            except OSError:
                time.sleep(0.2)
        pytest.fail(
            f"JupyterLab did not answer within three minutes:\n{(private / 'log').read_text()[-2000:]}"
        )

    yield start
    for server in servers:
        server.terminate()
        server.wait(30)
