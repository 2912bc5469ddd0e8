"""How machines find their replica: by hand, and thousands of times in any order with everything that may go wrong."""
import random
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[2] / "infra" / "Assets" / "replica"))

from rendezvous import START, STOP, WAIT, Machine, Member, Read, Replica, Sightings, Start, Stop, Write, joined, left, step  # noqa: E402

LEASE, BEAT = 90.0, 15.0


def replica(epoch, *ready):
    return Replica(epoch, tuple(None if one is None else Member(f"m{rank}", f"10.0.0.{rank}", 1, one) for rank, one in enumerate(ready)))


class Steps(unittest.TestCase):
    def test_an_engine_starts_once_all_ranks_are_ready_for_the_same_epoch(self):
        self.assertEqual(step(replica(3, 3, 3), 0, None, None, frozenset()), (replica(3, 3, 3), START))
        self.assertEqual(step(replica(3, 3, 2), 0, None, None, frozenset())[1], WAIT)
        self.assertEqual(step(replica(3, 3, None), 0, None, None, frozenset())[1], WAIT)

    def test_who_is_the_last_to_be_ready_says_so_before_it_starts(self):
        self.assertEqual(step(replica(3, 2, 3), 0, None, 2, frozenset()), (replica(3, 3, 3), WAIT))

    def test_an_engine_of_an_older_epoch_is_stopped_before_its_machine_is_ready(self):
        self.assertEqual(step(replica(4, 3, 4), 0, 3, 3, frozenset()), (replica(4, 3, 4), STOP))
        self.assertEqual(step(replica(4, 3, 4), 0, None, 3, frozenset()), (replica(4, 4, 4), WAIT))

    def test_an_engine_that_ended_makes_all_start_anew(self):
        self.assertEqual(step(replica(3, 3, 3), 1, None, 3, frozenset()), (replica(4, 3, 4), WAIT))

    def test_a_lost_machine_makes_room(self):
        self.assertEqual(step(replica(3, 3, 3), 0, 3, 3, frozenset({1})), (replica(4, 3, None), WAIT))

    def test_who_comes_and_who_leaves_makes_a_new_epoch(self):
        self.assertEqual(joined(replica(3, 3, None), 1, "new", "10.0.0.9"), Replica(4, (Member("m0", "10.0.0.0", 1, 3), Member("new", "10.0.0.9", 1, 4))))
        self.assertEqual(left(replica(3, 3, 3), [0]), Replica(4, (None, Member("m1", "10.0.0.1", 1, 3))))


class Lives(unittest.TestCase):
    def test_a_machine_is_lost_when_its_beat_has_not_changed_for_a_lease(self):
        seen, one = Sightings(LEASE), replica(1, 1)
        seen.note(0, one, 1000.0)
        self.assertTrue(seen.unsure(0, one, 1000.0 + LEASE - 1))
        seen.note(0, one, 1000.0 + LEASE)
        self.assertEqual(seen.lost(0, one, 1000.0 + LEASE), {0})
        self.assertFalse(seen.unsure(0, one, 1000.0 + LEASE))

    def test_after_a_failure_of_the_store_everybody_gets_a_whole_lease(self):
        seen, one = Sightings(LEASE), replica(1, 1)
        seen.note(0, one, 0.0)
        seen.forget()
        seen.note(0, one, LEASE)
        self.assertEqual(seen.lost(0, one, LEASE), frozenset())


class Host:
    """A machine with its engine, and the turn that it is in."""

    def __init__(self, name, nodes):
        self.name, self.nodes = name, nodes
        self.running = self.started = None
        self.agent_anew()

    def agent_anew(self):
        self.agent, self.turn, self.answer = Machine(self.name, f"10.{self.name}", self.nodes, LEASE, BEAT), None, None


class World:
    """Machines, a bucket that keeps versions, and a clock."""

    def __init__(self, seed, nodes, count):
        self.random, self.nodes, self.now, self.names = random.Random(seed), nodes, 0.0, 0
        self.bucket, self.hosts = {}, []
        for _ in range(count):
            self.add()

    def add(self):
        self.names += 1
        self.hosts.append(Host(f"m{self.names}", self.nodes))

    def advance(self, host, trouble=0.0):
        """One operation of one machine; the store may fail before or after a write."""
        if host.turn is None:
            host.turn, host.answer = host.agent.turn(self.now, host.running, host.started), None
        try:
            order = host.turn.send(host.answer)
        except StopIteration:
            host.turn = None
            return
        host.answer = None
        if isinstance(order, (Read, Write)) and self.random.random() < trouble / 2:
            self.fail(host)
        elif isinstance(order, Read):
            version, found = self.bucket.get(order.number, (None, None))
            host.answer = (version, found)
        elif isinstance(order, Write):
            fits = self.bucket.get(order.number, (None,))[0] == order.version
            if fits:
                self.bucket[order.number] = (str(int(order.version or 0) + 1), order.replica)
            host.answer = fits
            if self.random.random() < trouble / 2:
                self.fail(host)
        elif isinstance(order, Stop):
            host.running = None
        elif isinstance(order, Start):
            host.running = host.started = (order.number, order.replica.epoch)
        self.check()

    def fail(self, host):
        host.agent.sightings.forget()
        host.turn = None

    def check(self):
        held = [member.machine for _, one in self.bucket.values() for member in one.members if member]
        assert len(held) == len(set(held)), f"a machine holds two ranks: {held}"
        hosts = {host.name: host for host in self.hosts}
        for number, (_, one) in self.bucket.items():
            epochs = {hosts[member.machine].running[1] for member in one.members
                      if member and member.machine in hosts and hosts[member.machine].running and hosts[member.machine].running[0] == number}
            assert len(epochs) <= 1, f"replica {number} mixes epochs {epochs}"

    def chaos(self, operations):
        for _ in range(operations):
            self.now += self.random.expovariate(1 / 2.0)
            host, dice = self.random.choice(self.hosts), self.random.random()
            if dice < 0.01:  # It is gone, and its group sends another.
                self.hosts.remove(host)
                self.add()
            elif dice < 0.03:
                host.running = None  # The engine ends.
            elif dice < 0.04:
                host.running = None  # The machine boots anew.
                host.agent_anew()
            elif dice < 0.05:
                host.agent_anew()  # What is here is started anew, and the engine runs on.
            elif dice < 0.055:
                self.now += LEASE  # Nobody was heard for a while.
            else:
                self.advance(host, trouble=0.05)

    def calm(self, seconds, wanted=None):
        """Goes on without trouble, at the longest until so many replicas serve."""
        end = self.now + seconds
        while self.now < end and (wanted is None or len(self.served()) != wanted):
            self.now += 5
            for host in self.random.sample(self.hosts, len(self.hosts)):
                for _ in range(50):
                    self.advance(host)
                    if host.turn is None:
                        break

    def served(self):
        """Replicas whose machines all run their engine at its epoch."""
        hosts = {host.name: host for host in self.hosts}
        return [number for number, (_, one) in self.bucket.items() if one.is_agreed
                and all(member.machine in hosts and hosts[member.machine].running == (number, one.epoch) for member in one.members)]


class Orders(unittest.TestCase):
    def test_whatever_goes_wrong_in_whatever_order_no_rank_has_two_machines_no_replica_mixes_epochs_and_all_serve_in_the_end(self):
        for seed in range(3000):
            nodes, replicas = 2 + seed % 3, 1 + seed % 4
            world = World(seed, nodes, nodes * replicas)
            with self.subTest(seed=seed):
                world.chaos(200)
                world.calm(1200, replicas)
                self.assertEqual(len(world.served()), replicas, world.bucket)

    def test_what_serves_is_left_alone(self):
        world = World(1, 2, 6)
        world.calm(600)
        epochs = {number: one.epoch for number, (_, one) in world.bucket.items()}
        world.calm(7200)
        self.assertEqual(epochs, {number: one.epoch for number, (_, one) in world.bucket.items()})

    def test_one_machine_too_many_waits_in_a_replica_of_its_own_and_takes_the_rank_of_one_that_goes(self):
        world = World(2, 2, 5)
        world.calm(600)
        self.assertEqual(len(world.served()), 2)
        spare = next(host for host in world.hosts if host.running is None)
        world.hosts.remove(next(host for host in world.hosts if host.running))
        world.calm(600)
        self.assertEqual(len(world.served()), 2)
        self.assertIsNotNone(spare.running)

    def test_halves_of_two_replicas_make_a_whole_one(self):
        world = World(3, 2, 4)
        world.calm(600)
        one, other = (member.machine for number in (0, 1) for rank, member in enumerate(world.bucket[number][1].members) if rank == number)
        world.hosts = [host for host in world.hosts if host.name not in (one, other)]
        world.calm(600)
        self.assertEqual(len(world.served()), 1)

    def test_after_a_night_at_none_new_machines_take_the_old_numbers(self):
        world = World(4, 2, 4)
        world.calm(600)
        world.hosts = []
        world.now += 36_000
        for _ in range(4):
            world.add()
        world.calm(900)
        self.assertEqual(sorted(world.served()), [0, 1])

    def test_a_machine_that_leaves_by_itself_is_replaced_before_its_lease_ends(self):
        world = World(5, 2, 3)
        world.calm(600)
        goer = next(host for host in world.hosts if host.running)
        goer.running, goer.turn, goer.answer = None, goer.agent.leave(), None
        while goer.turn is not None:
            world.advance(goer)
        world.hosts.remove(goer)
        world.calm(60)
        self.assertEqual(len(world.served()), 1)


if __name__ == "__main__":
    unittest.main()
