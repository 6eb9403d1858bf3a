"""Drives the engine for the wizard: one watch that never ends, changes on demand, and a snapshot after every event."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime

from sendready.engine import apply as engine
from sendready.engine.cleanup import leftovers
from sendready.engine.diagnose import LOCKED_OUT
from sendready.engine.observe import Request
from sendready.engine.planning import make_plan
from sendready.engine.watch import Watch
from sendready.model import events
from sendready.model.answers import Answered
from sendready.model.change import Change, Plan, SendTest
from sendready.model.errors import SendreadyError
from sendready.model.identity import Identity
from sendready.model.observation import Observation, Slip, Unseen
from sendready.model.ports import Scope, World
from sendready.report.narration import Narrator, few
from sendready.steps.answering import CONFIRMED, SPENT, to_save, with_asked, with_found, without
from sendready.steps.scripted import Option
from sendready.steps.spent import spent_before
from sendready.steps.test_send import SCENARIOS
from sendready.tui.snapshot import Snapshot, TestMail

LOG_LENGTH = 200
"""Lines of the log that are kept."""

ELSEWHERE = (Slip.DOUBLED, Slip.NO_DOMAINKEY, Slip.NO_UNDERSCORE, Slip.ZONE_ABOVE, Slip.ZONE_BELOW, Slip.SWAPPED)
"""Mistakes that leave a record at another name."""

UNSENT = "@…"
"""How an address ends before it is known."""

OpenWorld = Callable[[bool], Awaitable[World]]
"""Given whether it has to be opened anew, with credentials that may have been renewed."""

Prepare = Callable[[Identity, World], Answered]


class Conductor:
    """One identity's engine. `show` is called with a new snapshot whenever something turned."""

    def __init__(
        self,
        identity: Identity,
        open_world: OpenWorld,
        answered_for: Prepare,
        show: Callable[[Snapshot], None],
        *,
        connection: Callable[[], Mapping[str, Option]] = dict,
        practice: bool = False,
    ) -> None:
        self._open = open_world
        self._answered_for = answered_for
        self._show = show
        self._connection = connection
        self._narrator = Narrator(leaves=not practice)
        self._world: World | None = None
        self._tried = False
        """Whether the world was opened once already, and did not work or was left."""
        self._watch: Watch | None = None
        self._planned_from: object = None
        self._turns = 0
        """How often something was answered or changed: a plan that was begun before says what no longer is."""
        self._problem_stands = False
        self._strewn: dict[str, tuple[str, str]] = {}
        """Where records lay by mistake, and which: they are still there, as far as anybody knows."""
        self._saved: dict[str, object] = {}
        """The answers as they were saved last."""
        self._spent: set[str] = set()
        """Answers that were a yes to something that has been done: no later run is to take them for one."""
        self.snapshot = Snapshot(identity, busy="looking", practice=practice)

    @property
    def now(self) -> datetime | None:
        """What the engine's clock shows; None before the world is open."""
        return self._world.clock.now() if self._world is not None else None

    async def run(self) -> None:
        """Opens the world and watches until cancelled; ends early where the world or the credentials do not work.

        It is run again then, when the user asks for a look: what was wrong may have been mended in another window.
        """
        self._watch = None
        anew, self._tried = self._tried, True
        try:
            self._world = await self._open(anew)
            answered = self.snapshot.answered
            if not answered.sources:
                answered = self._answered_for(self.snapshot.identity, self._world)
        except SendreadyError as error:
            self._turn(replace(self.snapshot, problem=error, busy=""))
            return
        self._turn(
            replace(self.snapshot, answered=answered, connection=self._connection(), problem=None, busy="looking")
        )
        self._watch = Watch(self._request(), self._world)
        try:
            async with aclosing(self._watch.events()) as happening:
                async for event in happening:
                    await self._take(event)
                    if isinstance(event, events.Waiting) and self._locked_out():
                        # No look comes of itself any more: it is the user who says when.
                        self._turn(replace(self.snapshot, awaited=(), since=None, next_look=None))
                        return
        except SendreadyError as error:
            self._watch = None
            self._turn(replace(self.snapshot, problem=error, busy=""))

    def look_now(self, *, asked: bool = False) -> bool:
        """Looks at everything at once; False where the world has to be opened anew first (credentials were renewed).

        `asked` by the user, who has read then what did not work before: it is no longer told once a look succeeds.
        """
        if self._watch is None or self._locked_out():
            return False
        if asked:
            self._problem_stands = False
            if self._world is not None:
                self._world.dns.forget()  # the network may be another one by now
        self._turn(replace(self.snapshot, busy="looking"))
        self._watch.nudge(self._request())
        return True

    def start_over(self) -> None:
        """Forgets everything seen, but no answer: another region or account is going to be looked at."""
        kept = self.snapshot
        self._saved = {}
        self._planned_from = None
        self._turns += 1
        self._problem_stands = False
        self._strewn = {}
        # What was confirmed to AWS was confirmed for the region it was asked in.
        answered = without(kept.answered, CONFIRMED)
        self.snapshot = Snapshot(
            kept.identity, answered, busy="looking", practice=kept.practice, log=kept.log, told=kept.told
        )
        self._show(self.snapshot)

    def answer(self, name: str, value: object) -> None:
        """Takes an answer, keeps it at once, and looks again with it."""
        answered = self.snapshot.answered
        if getattr(answered.answers, name) == value:
            return
        answered = with_asked(answered, {name: value})
        seen = self.snapshot.observation
        if seen is not None:
            seen = replace(seen, answered=answered)
        self._void_plan(replace(self.snapshot, answered=answered, observation=seen))
        self._keep_answers()

    def _keep_answers(self) -> None:
        """Saves what was answered and is not saved yet, once it is known to which account it belongs."""
        seen = self.snapshot.observation
        if seen is None or seen.account_id is None or self._world is None:
            return
        answers = to_save(without(self.snapshot.answered, self._spent | spent_before(seen)))
        if answers == self._saved:
            return
        try:
            self._world.store.save_answers(Scope(seen.account_id, seen.region, seen.identity.name), answers)
        except SendreadyError as error:
            self._fail(error)
        self._saved = answers

    async def carry_out(self, changes: Sequence[Change], what: str) -> bool:
        """Makes changes the user has just agreed to; true where none of them failed."""
        seen, world = self.snapshot.observation, self._world
        if seen is None or world is None or self.snapshot.working:
            return False
        self._problem_stands = False
        self._turns += 1
        self._turn(replace(self.snapshot, working=what, problem=None))
        if any(isinstance(change.action, SendTest) for change in changes):
            self._turn(replace(self.snapshot, mails=tuple(TestMail(f"{s.box}{UNSENT}", s.events) for s in SCENARIOS)))
        good = True
        try:
            async with aclosing(engine.make(changes, seen, world)) as happening:
                async for event in happening:
                    if isinstance(event, events.Failed):
                        good = False
                        self._fail(event.error)
                    if isinstance(event, events.Changed):
                        self._spent |= SPENT.get(event.change.key, frozenset())
                        self._keep_answers()
                    await self._take(event)
        except SendreadyError as error:
            good = False
            self._fail(error)
        finally:
            # What the old plan says may be done by now; buttons wait for a new one.
            self._void_plan(replace(self.snapshot, working="", mails=self._sent()))
        self.look_now()
        return good

    async def _take(self, event: events.Event) -> None:
        """One event into the snapshot."""
        if lines := tuple(self._narrator.lines(event)):
            log = (*self.snapshot.log, *lines)[-LOG_LENGTH:]
            self._turn(replace(self.snapshot, log=log, told=self.snapshot.told + len(lines)))
        match event:
            case events.Observed(seen, diagnosis, _):
                # What was answered while the look was under way counts.
                seen = replace(seen, answered=with_found(self.snapshot.answered, seen.account_seen))
                if seen.answered != self.snapshot.answered:
                    self._turn(replace(self.snapshot, answered=seen.answered))
                # A plan may ask Route 53: it is made anew only where something it follows from has turned.
                policy = seen.dmarc_seen and seen.dmarc_seen.policy
                basis = (seen.answered, seen.ses, seen.account, policy, seen.past, seen.events)
                states = tuple((record.wanted, record.state) for record in seen.records)
                problem = self.snapshot.problem if self._problem_stands or any(_unseen(seen)) else None
                plan = self.snapshot.plan
                if self._planned_from != (basis, states):
                    begun = self._turns
                    try:
                        plan = await self._plan(seen)
                        self._planned_from = (basis, states)
                    except SendreadyError as error:
                        plan, problem = None, error
                    if plan is None or self._turns != begun:  # then the next look tries again
                        plan, self._planned_from = None, None
                left = await self._left(seen)
                # Something may have been answered while the plan was made and the journals were read.
                seen = replace(seen, answered=self.snapshot.answered)
                turned = replace(
                    self.snapshot, observation=seen, diagnosis=diagnosis, plan=plan, problem=problem, busy=""
                )
                self._turn(replace(turned, left=left, strewn=self._of_no_use(seen)))
                self._keep_answers()
            case events.Waiting(_, _, since, next_look):
                self._turn(replace(self.snapshot, awaited=few(event), since=since, next_look=next_look, busy=""))
            case events.Sent(address, _, awaited):
                mails = self._mails(address, lambda mail: replace(mail, address=address, expected=awaited))
                self._turn(replace(self.snapshot, mails=mails))
            case events.SimulatorEvent(address, kind, ms):
                mails = self._mails(address, lambda mail: replace(mail, arrived=(*mail.arrived, (kind, ms))))
                self._turn(replace(self.snapshot, mails=mails))
            case _:
                return

    def _of_no_use(self, seen: Observation) -> tuple[str, ...]:
        """Names where records lay by mistake that are at their own names now; nobody looks there any more."""
        for stray in seen.strays_of(*ELSEWHERE):
            self._strewn[stray.at] = stray.wanted.key
        live = {record.wanted.key for record in seen.records if record.live}
        return tuple(at for at, key in self._strewn.items() if key in live)

    async def _left(self, seen: Observation) -> tuple[str, ...]:
        """What an interrupted run may have left here; nothing is read while a change of this run is under way."""
        from sendready.wiring import in_daemon_thread

        world = self._world
        if world is None or self.snapshot.working:
            return self.snapshot.left
        try:
            left = await in_daemon_thread(lambda: leftovers(world, seen.account_id or ""))
        except SendreadyError:
            return ()  # the look itself tells that the state cannot be read
        return tuple(sorted({resource.name for _, resource in left.here}))

    async def _plan(self, seen: Observation) -> Plan | None:
        if self._world is None or isinstance(seen.ses, Unseen) or isinstance(seen.caller, Unseen):
            return None
        return await make_plan(seen, self._world)

    def _void_plan(self, snapshot: Snapshot) -> None:
        """Whatever the plan says may be done or no longer wanted; buttons wait for a new one."""
        self._turns += 1
        self._planned_from = None
        self._turn(replace(snapshot, plan=None))

    def _fail(self, problem: SendreadyError) -> None:
        """Something the user asked for did not work: told until they ask for something else, whatever looks see."""
        self._problem_stands = True
        self._turn(replace(self.snapshot, problem=problem))

    def _mails(self, address: str, turned: Callable[[TestMail], TestMail]) -> tuple[TestMail, ...]:
        """The test's messages, the one to this simulator address turned."""
        box = address.partition("@")[0].partition("+")[0]
        return tuple(
            turned(mail) if mail.address.partition("@")[0].partition("+")[0] == box else mail
            for mail in self.snapshot.mails
        )

    def _sent(self) -> tuple[TestMail, ...]:
        """The messages that were sent; where events go to a set that tells only of some, others never are."""
        sent = tuple(mail for mail in self.snapshot.mails if not mail.address.endswith(UNSENT))
        return sent or self.snapshot.mails

    def _request(self) -> Request:
        return Request(self.snapshot.identity, self.snapshot.answered)

    def _locked_out(self) -> bool:
        """Whether the credentials did not work: clients made with them never will, so they have to be made anew."""
        seen = self.snapshot.observation
        if seen is None:
            return self.snapshot.problem is not None
        return any(isinstance(part.reason, LOCKED_OUT) for part in _unseen(seen))

    def _turn(self, snapshot: Snapshot) -> None:
        """From now on this is what is known; it is shown at once."""
        self.snapshot = replace(snapshot, now=self.now)
        self._show(self.snapshot)


def _unseen(seen: Observation) -> list[Unseen]:
    """What AWS did not let us look at."""
    return [part for part in (seen.caller, seen.ses, seen.account) if isinstance(part, Unseen)]
