"""Which machines make a replica together, and when its engine may start. Plain values; no cloud, and no clock but what it is told.

A pool's replicas are numbered objects of a bucket, each with an epoch and a member for each rank; rank 0 is the head. An object is only ever written over the version that was read, so no two
machines hold one rank. Whatever changes a replica (a member comes, leaves, is lost, or its engine ends) makes a new epoch. A member says that it is ready for an epoch once no engine of an older
one runs on it, and starts its engine when all ranks are there and ready for the same: so the engines of a replica never mix epochs.

A machine lives as long as its beat changes; that is timed by who looks, so no two clocks are compared. Who finds its replica short of a member goes to a lower one with room, so that what is left
of two broken replicas makes a whole one."""
from dataclasses import dataclass, replace

START, STOP, WAIT = "start", "stop", "wait"


@dataclass(frozen=True)
class Member:
    """A machine in a replica."""
    machine: str
    address: str
    beat: int  # it counts up while the machine lives
    ready: int  # the epoch for which it may start, or has started, its engine


@dataclass(frozen=True)
class Replica:
    """A replica: its members by rank, None where one is missing."""
    epoch: int
    members: tuple[Member | None, ...]

    @property
    def is_complete(self) -> bool:
        return None not in self.members

    @property
    def is_agreed(self) -> bool:
        """Whether engines may run: all ranks are there, and nothing older runs on any."""
        return self.is_complete and all(member.ready == self.epoch for member in self.members)


@dataclass(frozen=True)
class Read:
    """Asks for a replica; answered with its version and itself, or twice None where there is none yet."""
    number: int


@dataclass(frozen=True)
class Write:
    """Asks to write over a version, None for none; answered with whether that was still the newest."""
    number: int
    version: str | None
    replica: Replica
    is_beat: bool = False  # it says nothing but that the machine lives


@dataclass(frozen=True)
class Start:
    """The engine is to be started."""
    number: int
    rank: int
    replica: Replica


@dataclass(frozen=True)
class Stop:
    """The engine is to be stopped; answered once it is."""


class Sightings:
    """What one machine has seen of the others' beats, and when by its own clock."""

    def __init__(self, lease: float) -> None:
        self.lease, self.seen = lease, {}

    def note(self, number: int, replica: Replica, now: float) -> None:
        for rank, member in enumerate(replica.members):
            beat = member and (member.machine, member.beat)
            last, since, moves = self.seen.get((number, rank), (None, now, False))
            if beat != last:
                self.seen[number, rank] = (beat, now, bool(beat and last and beat[0] == last[0]))
            else:
                self.seen[number, rank] = (beat, since, moves)

    def forget(self) -> None:
        """After a failure of the store: nobody could beat."""
        self.seen.clear()

    def lost(self, number: int, replica: Replica, now: float) -> frozenset[int]:
        """Ranks whose machine has not beaten for a lease."""
        return frozenset(rank for rank, member in enumerate(replica.members)
                         if member and now - self.seen.get((number, rank), (None, now))[1] >= self.lease)

    def unsure(self, number: int, replica: Replica, now: float) -> bool:
        """Whether of some machine it is not known yet if it lives."""
        lost = self.lost(number, replica, now)
        return any(member and rank not in lost and not self.seen.get((number, rank), (None, now, False))[2] for rank, member in enumerate(replica.members))


def joined(replica: Replica, rank: int, machine: str, address: str) -> Replica:
    epoch = replica.epoch + 1
    return Replica(epoch, _with(replica.members, {rank: Member(machine, address, 1, epoch)}))


def left(replica: Replica, ranks) -> Replica:
    return Replica(replica.epoch + 1, _with(replica.members, dict.fromkeys(ranks)))


def step(replica: Replica, rank: int, engine: int | None, started: int | None, lost: frozenset[int]) -> tuple[Replica, str]:
    """What a member makes of its replica. engine is the epoch of the engine that runs on it, started that of the last that it started, whether it still runs or not."""
    if lost:
        return left(replica, lost), WAIT
    if engine is not None:
        return replica, WAIT if engine == replica.epoch else STOP
    epoch = replica.epoch + 1 if started == replica.epoch else replica.epoch  # It ended, or the machine was started anew: the others cannot take it back.
    after = Replica(epoch, _with(replica.members, {rank: replace(replica.members[rank], ready=epoch)}))
    return after, START if after.is_agreed and after == replica else WAIT


class Machine:
    """What one machine does. A turn asks for what it needs and is sent the answers."""

    def __init__(self, name: str, address: str, nodes: int, lease: float, beat: float) -> None:
        self.name, self.address, self.nodes, self.every = name, address, nodes, beat
        self.sightings, self.place, self.beaten = Sightings(lease), None, float("-inf")

    def turn(self, now: float, engine: tuple[int, int] | None, started: tuple[int, int] | None):
        """One look. engine and started are a replica's number and an epoch."""
        if self.place:
            number, rank = self.place
            version, replica = yield from self._read(number, now)
            if replica and self._holds(replica, rank):
                yield from self._hold(number, rank, version, replica, now, _of(engine, number), _of(started, number), engine)
                return
            self.place = None
        yield from self._seek(now, engine)

    def leave(self):
        """Gives its rank up, so that nobody waits for its lease to end."""
        if self.place:
            number, rank = self.place
            version, replica = yield Read(number)
            if replica and self._holds(replica, rank):
                yield Write(number, version, left(replica, [rank]))
            self.place = None

    def _hold(self, number, rank, version, replica, now, engine, started, any_engine):
        if any_engine and engine is None:
            yield Stop()  # Of a replica that it has left.
            return
        lost = self.sightings.lost(number, replica, now) - {rank}
        if engine is None and number > 0 and (lost or not replica.is_complete):
            found = yield from self._look(now, number)
            if found and (yield Write(number, version, left(replica, [rank]))):
                self.place = None
                return
        after, action = step(replica, rank, engine, started, lost)
        if action == STOP:
            yield Stop()
            return
        if after != replica or now - self.beaten >= self.every:
            me, is_beat = after.members[rank], after == replica
            after = Replica(after.epoch, _with(after.members, {rank: replace(me, beat=me.beat + 1)}))
            if not (yield Write(number, version, after, is_beat)):
                return
            self.beaten = now
        if action == START:
            yield Start(number, rank, after)

    def _seek(self, now, engine):
        found = yield from self._look(now, None)
        if found is None:
            return
        number, rank, version, replica = found
        if replica and self._holds(replica, rank):
            self.place = (number, rank)
        elif engine:
            yield Stop()
        else:
            joins = joined(replica or Replica(0, (None,) * self.nodes), rank, self.name, self.address)
            if (yield Write(number, version, joins)):
                self.place, self.beaten = (number, rank), now

    def _look(self, now, below):
        """Its own rank, or the lowest free one; of replicas below a number where one is given, else a new one where none is free. None while that is not known."""
        number, free, unsure = 0, None, False
        while below is None or number < below:
            version, replica = yield from self._read(number, now)
            if replica is None:
                break
            lost = self.sightings.lost(number, replica, now)
            for rank, member in enumerate(replica.members):
                if below is None and member and member.machine == self.name:
                    return number, rank, version, replica
                if free is None and (member is None or rank in lost):
                    free = (number, rank, version, replica)
            unsure = unsure or self.sightings.unsure(number, replica, now)
            number += 1
        return free or (None if below is not None or unsure else (number, 0, None, None))

    def _read(self, number, now):
        version, replica = yield Read(number)
        if replica:
            self.sightings.note(number, replica, now)
        return version, replica

    def _holds(self, replica: Replica, rank: int) -> bool:
        member = replica.members[rank]
        return member is not None and member.machine == self.name


def _of(pair: tuple[int, int] | None, number: int) -> int | None:
    return pair[1] if pair and pair[0] == number else None


def _with(members: tuple, changes: dict) -> tuple:
    return tuple(changes.get(rank, member) for rank, member in enumerate(members))
