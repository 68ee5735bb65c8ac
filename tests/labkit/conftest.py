"""What the tests of labkit share: a real Jupyter kernel, talked to as a frontend does; what figures show; libraries."""

from __future__ import annotations

import pytest
from jupyter_client.manager import start_new_kernel

from labkit import session

from .checking import LIBRARIES


class Frontend:
    """Runs cells and keeps the outputs that are on the screen, updates applied."""

    def __init__(self, client):
        self.client = client
        self.screen: dict[str, dict] = {}  # display id -> MIME bundle as it stands now
        self.models: dict[str, dict] = {}  # widget id -> state as the kernel last told it

    def run(self, code: str, *, person: bool = True) -> list[dict]:
        """Execute a cell; its messages of the kinds display_data, execute_result, stream and error."""
        request = self.client.execute(code, allow_stdin=person)
        return self._collect(request)

    def choose(self, index: int) -> None:
        """Click on a radio button of the widget shown last."""
        radio = [
            key for key, state in self.models.items() if state.get("_model_name") == "RadioButtonsModel"
        ][-1]
        data = {"method": "update", "state": {"index": index}, "buffer_paths": []}
        message = self.client.session.msg("comm_msg", {"comm_id": radio, "data": data})
        self.client.shell_channel.send(message)
        self._collect(message["header"]["msg_id"])

    def last(self) -> dict:
        """The output shown last, as it stands on the screen."""
        return list(self.screen.values())[-1]

    def _collect(self, request: str) -> list[dict]:
        outputs = []
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            kind, content = message["msg_type"], message["content"]
            if kind in ("display_data", "update_display_data") and "display_id" in content.get(
                "transient", {}
            ):
                self.screen[content["transient"]["display_id"]] = content["data"]
            if kind == "comm_open":
                self.models[content["comm_id"]] = dict(content["data"]["state"])
            if kind == "comm_msg" and content["data"].get("method") == "update":
                self.models[content["comm_id"]].update(content["data"]["state"])
            if message["parent_header"].get("msg_id") != request:
                continue
            if kind in ("display_data", "execute_result", "stream", "error"):
                outputs.append({"kind": kind, **content})
            if kind == "status" and content["execution_state"] == "idle":
                return outputs


@pytest.fixture(scope="module")
def notebook():
    """A live notebook with a person at it, one for each file of tests."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        yield Frontend(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


@pytest.fixture
def shown(monkeypatch):
    """What figures show while a test runs: (html, text) of each."""
    outputs = []
    monkeypatch.setattr(session, "show", lambda html, text, **more: outputs.append((html, text)))
    return outputs


@pytest.fixture(params=LIBRARIES.values(), ids=LIBRARIES.keys())
def tensor(request):
    """What makes an array or a tensor, in each library that lessons use."""
    return request.param
