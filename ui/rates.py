"""How often a client may ask: a token bucket for each, by a clock that cannot be set back."""

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

MAX_CLIENTS = 10_000
_SECONDS = 60.0


class Rate:
    """At most `per_minute` requests a minute from one client, of which a quarter may come at once; 0 for any number."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = max(1.0, per_minute / 4)
        self._per_second = per_minute / _SECONDS
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, client: str, cost: float = 1.0) -> float:
        """Count one request; return 0 if it may pass, else in how many seconds the next one may."""
        if not self._per_second:
            return 0.0
        now, key = self._clock(), _network(client)
        tokens, then = self._buckets.pop(key, (self._capacity, now))
        tokens = min(self._capacity, tokens + (now - then) * self._per_second)
        allowed = tokens >= 1.0
        self._buckets[key] = (tokens - cost if allowed else tokens, now)
        while len(self._buckets) > MAX_CLIENTS:  # the one that asked longest ago stands first
            del self._buckets[next(iter(self._buckets))]
        return 0.0 if allowed else (1.0 - tokens) / self._per_second


def _network(client: str) -> str:
    """Return whom an address belongs to: one IPv6 client commands all addresses of its /64."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    return address.exploded[:19] if isinstance(address, IPv6Address) and not address.ipv4_mapped else client
