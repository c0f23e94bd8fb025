"""Closes a process's way out: every socket but those of this machine, and every look-up of a name.

By audit events, which Python raises below all libraries; what is started by C code alone is not seen, therefore
`alone` also takes the network itself away where Linux allows it.
"""

import os
import re
import socket
import struct
import sys
from collections.abc import Callable

REPORT_VARIABLE = "ARTICLE_QA_NETWORK_REPORT"
_NAMES = frozenset(("", "localhost", "localhost.localdomain", "ip6-localhost", "::1", "::", "0.0.0.0"))
_LOOPBACK = re.compile(r"127(?:\.\d{1,3}){3}|::ffff:127(?:\.\d{1,3}){3}")
_SENDING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_LOOKING_UP = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000  # CLONE_NEWNET, CLONE_NEWUSER of Linux
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP


def close_network(tell: Callable[[str], None] | None = None) -> None:
    """Let this process reach nothing but this machine, for the rest of its life; `tell` hears of every attempt.

    An attempt fails with OSError, as without a network. It is also written to the file $ARTICLE_QA_NETWORK_REPORT.
    """

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event in _SENDING:
            host = _host_of(arguments)
        elif event in _LOOKING_UP:
            host = _text(arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0])
        else:
            return
        if host in _NAMES or _LOOPBACK.fullmatch(host) or host == socket.gethostname():
            return
        if tell:
            tell(f"{event} {host}")
        if report := os.environ.get(REPORT_VARIABLE):
            with open(report, "a", encoding="utf-8") as file:
                file.write(f"{event} {host} {' '.join(sys.argv[:2])}\n")
        raise OSError(f"the network is closed: {event} {host}")

    sys.addaudithook(refuse)


def _host_of(arguments: tuple[object, ...]) -> str:
    """Return where a socket is told to send; "" for sockets that are files of this machine, and for no address."""
    sender, address = arguments[0], arguments[1] if len(arguments) > 1 else None
    if getattr(sender, "family", None) not in (socket.AF_INET, socket.AF_INET6) or address is None:
        return ""
    return _text(address[0]) if isinstance(address, tuple) else _text(address)


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else "" if value is None else str(value)


def alone() -> bool:
    """Move this process into a network of its own that has nothing but loopback; False where the system refuses.

    To be called before any thread is started.
    """
    if sys.platform != "linux":
        return False
    import ctypes
    import fcntl

    unshare = ctypes.CDLL(None).unshare
    if unshare(_NEW_NETWORK) and unshare(_NEW_NETWORK | _NEW_USER):
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16xh14x", fcntl.ioctl(any_socket, _GET_FLAGS, request))[0]
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))
    return True
