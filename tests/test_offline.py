"""Nothing is sent out: the network of the tests is closed, and `doctor --offline` proves it for the installed set."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from qa.closed_network import REPORT_VARIABLE

TRIES = {
    "connect": "socket.create_connection(('192.0.2.1', 80), timeout=1)",
    "connect_ex": "socket.socket().connect_ex(('192.0.2.1', 80))",
    "connect over IPv6": "socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))",
    "datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    "message": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('192.0.2.1', 53))",
    "look-up": "socket.getaddrinfo('example.org', 80)",
    "old look-up": "socket.gethostbyname('example.org')",
    "private range": "socket.create_connection(('192.168.0.1', 80), timeout=1)",
    "a name like ours": "socket.create_connection(('127.0.0.1.example.org', 80), timeout=1)",
    "urllib": "__import__('urllib.request').request.urlopen('http://192.0.2.1/', timeout=1)",
}


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("attempt", TRIES.values(), ids=TRIES)
def test_every_way_out_is_closed_and_noticed_here_and_in_programs_that_are_started(
    attempt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network_attempts: list[str]
) -> None:
    with pytest.raises(OSError, match="network is closed"):
        eval(attempt, {"socket": socket})
    assert network_attempts, "it is known here even if a library swallows the error"
    network_attempts.clear()
    os.unlink(os.environ[REPORT_VARIABLE])
    monkeypatch.setenv(REPORT_VARIABLE, str(tmp_path / "report"))
    result = subprocess.run(
        [sys.executable, "-c", f"import socket; {attempt}"], capture_output=True, text=True, check=False, timeout=60
    )
    assert "network is closed" in result.stderr
    assert (tmp_path / "report").exists()


def test_this_machine_itself_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        for host in ("127.0.0.1", "localhost"):
            with socket.create_connection((host, server.getsockname()[1]), timeout=5):
                pass
    one, other = socket.socketpair()
    one.sendall(b"x")
    assert other.recv(1) == b"x"
    one.close()
    other.close()


@pytest.mark.model
def test_doctor_proves_that_the_installed_set_works_offline() -> None:
    command = [sys.executable, "-m", "ui.offline"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)
    checks = {check["name"]: check for check in map(json.loads, result.stdout.splitlines())}
    assert result.returncode == 0, (result.stdout, result.stderr)
    assert len(checks) == 6
    assert [check for check in checks.values() if check["problem"]] == []
    assert checks["attempts to reach another machine"]["found"] == "none"


def test_an_attempt_is_a_finding(tmp_path: Path) -> None:
    """A set that reaches out is found out: one library is replaced by one that phones home and hides it."""
    (tmp_path / "nupunkt.py").write_text(
        "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 443), 1)\nexcept OSError:\n    pass\n"
    )
    program = "import ui.offline, sys; ui.offline.MODULES = ('nupunkt',); ui.offline._steps = lambda folder: iter(\n"
    program += "    [('every library loads', ui.offline._load)]); sys.exit(ui.offline.main())"
    root = Path(__file__).resolve().parents[1]
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"}
    del environment[REPORT_VARIABLE]
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment, timeout=60
    )
    assert result.returncode == 1, result.stderr
    assert "reaches out: socket.getaddrinfo 192.0.2.1" in result.stdout
