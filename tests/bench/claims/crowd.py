"""
A crowd at the door: so many threads, each claiming again and again as fast as it is answered.

Of each hundred calls two are a second claim by somebody who has one already, and one repeats an
earlier call with its key. What every call was told is counted, and compared with the books later.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread
from time import perf_counter
from typing import Literal, Self

import attrs

from tests.bench.prepared import KNOWN, known_person

__all__ = ["Claim", "Crowd", "Measured", "Verdict"]

Verdict = Literal["limit", "ok", "out", "replay"]
Claim = Callable[[str, str], Verdict]
"""Claims one piece for a user under a key."""

SECOND_CLAIMS = 0.02
REPLAYS = 0.01
PATIENCE = 60.0
_NEWCOMER = "u"


@attrs.frozen(kw_only=True)
class Measured:
    """
    One run.

    Attributes:
        seconds: From the first call to the last answer.
        latencies: Of each call, in seconds, sorted.
        verdicts: How many calls were told what, those of the warm-up included.
        wrong: Calls that were told what they must not be told: a replay sold anew, say.
        newcomers: How many who were told yes had not been known before.
    """

    seconds: float
    latencies: list[float] = attrs.field(repr=False)
    verdicts: Counter[Verdict]
    wrong: int = 0
    newcomers: int = 0

    @property
    def per_second(self) -> float:
        """Calls answered in a second."""
        return len(self.latencies) / self.seconds

    def at(self, share: float) -> float:
        """The latency in milliseconds that *share* of the calls stayed within."""
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)] * 1000

    def __add__(self, other: Self) -> Self:
        """Both crowds as one, which called at the same time."""
        return attrs.evolve(
            self,
            seconds=max(self.seconds, other.seconds),
            latencies=sorted([*self.latencies, *other.latencies]),
            verdicts=self.verdicts + other.verdicts,
            wrong=self.wrong + other.wrong,
            newcomers=self.newcomers + other.newcomers,
        )


@attrs.define
class _Caller:
    """One thread's calls: who asks, under which key, and what it was told."""

    number: int
    claim: Claim
    name: Callable[[int], str]
    again: float = SECOND_CLAIMS
    verdicts: Counter[Verdict] = attrs.field(factory=Counter)
    latencies: list[float] = attrs.field(factory=list)
    made: int = 0
    wrong: int = 0
    newcomers: int = 0
    failure: BaseException | None = None
    chance: random.Random = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.chance = random.Random(self.number)

    def run(self, start: Barrier, seconds: float) -> None:
        try:
            start.wait(PATIENCE)
            self.call_until(perf_counter() + seconds)
        except BaseException as failure:
            self.failure = failure

    def call_until(self, end: float) -> None:
        while (begun := perf_counter()) < end:
            self.call()
            self.latencies.append(perf_counter() - begun)

    def call(self) -> None:
        """A new claim; now and then a second one, or the same again."""
        draw = self.chance.random() if self.made else 1.0
        if draw < self.again:
            user = self.name(self.chance.randrange(self.made))
            self.expect("limit", self.claim(user, f"second.{self.number}.{len(self.latencies)}"))
        elif draw < self.again + REPLAYS:
            earlier = self.chance.randrange(self.made)
            self.expect("replay", self.claim(self.name(earlier), f"k{self.number}.{earlier}"))
        else:
            user = self.name(self.made)
            verdict = self.claim(user, f"k{self.number}.{self.made}")
            self.made += 1
            self.newcomers += verdict == "ok" and user.startswith(_NEWCOMER)
            self.expect("ok", verdict)

    def expect(self, expected: Verdict, verdict: Verdict) -> None:
        self.verdicts[verdict] += 1
        self.wrong += verdict != expected


@attrs.frozen(kw_only=True)
class Crowd:
    """
    Who calls.

    Attributes:
        size: How many callers there are in all; `first` is the number of the first one here, where
            several processes share a crowd.
        known: Whether they are people whom the mall knows, as long as it knows enough of them.
        again: How many of the calls are a second one by somebody who has been told yes, which must be told no.
    """

    size: int
    known: bool = True
    first: int = 0
    again: float = SECOND_CLAIMS

    def call(self, claims: list[Claim], seconds: float) -> Measured:
        """Let one thread per claim function call for *seconds*; the stock must outlast them."""
        callers = [
            _Caller(self.first + place, claim, self._names(place), self.again) for place, claim in enumerate(claims)
        ]
        for caller in callers:
            caller.call()  # connections, statement caches
        start = Barrier(len(callers) + 1)
        threads = [Thread(target=caller.run, args=(start, seconds), daemon=True) for caller in callers]
        for thread in threads:
            thread.start()
        start.wait(PATIENCE)
        begun = perf_counter()
        for thread in threads:
            thread.join(seconds + PATIENCE)
        elapsed = perf_counter() - begun
        _complain(callers, threads)
        return Measured(
            seconds=elapsed,
            latencies=sorted(latency for caller in callers for latency in caller.latencies),
            verdicts=sum((caller.verdicts for caller in callers), Counter()),
            wrong=sum(caller.wrong for caller in callers),
            newcomers=sum(caller.newcomers for caller in callers),
        )

    def _names(self, place: int) -> Callable[[int], str]:
        """The names of one caller's users, by their number."""
        caller = self.first + place

        def name(made: int) -> str:
            seat = caller + made * self.size
            return known_person(seat) if self.known and seat < KNOWN else f"{_NEWCOMER}{caller}.{made}"

        return name


def _complain(callers: list[_Caller], threads: list[Thread]) -> None:
    if any(thread.is_alive() for thread in threads):
        raise TimeoutError(f"{sum(thread.is_alive() for thread in threads)} callers were never answered")
    for caller in callers:
        if caller.failure is not None:
            raise caller.failure
