"""What a look would see once everything that was chosen is done: what the choices lead to, before any is made."""

from __future__ import annotations

from dataclasses import replace

from sendready.mailauth import dmarc
from sendready.model.dmarc import DmarcDiscovery
from sendready.model.identity import Dkim, Identity, IdentityKind, MailFrom, SesIdentity, Status
from sendready.model.mail_auth import MailAuth
from sendready.model.observation import Observation, Records, Seen, Unseen
from sendready.model.records import NameServer, ObservedRecord, Outcome, RecordState, Sighting, WantedRecord
from sendready.steps.wanted import dmarc_records, mail_from_records


def foreseen(seen: Observation, identity: Identity, mail_from: str | None) -> Observation:
    """The same look with an identity that SES has verified, its MAIL FROM domain, and all records in place.

    What is there already and would be left alone stays: a policy, and a record that says something else.
    """
    signs = Status.SUCCESS if identity.is_domain else Status.NOT_STARTED
    held = SesIdentity(
        identity.name,
        identity.kind,
        Status.SUCCESS,
        True,
        Dkim(signs, (), ""),
        MailFrom(mail_from, Status.SUCCESS) if mail_from is not None else None,
    )
    wanted = mail_from_records(mail_from, seen.region) if mail_from is not None else ()
    return replace(
        seen,
        identity=identity,
        ses=Seen(held),
        auth=MailAuth(),
        records=Records(tuple(_in_place(seen, record) for record in wanted)),
        dmarc=_once_published(seen),
    )


def address_at(seen: Observation) -> Identity:
    """The single address that mail would be sent from if it alone were verified."""
    if not seen.identity.is_domain:
        return seen.identity
    return Identity(f"{seen.answered.answers.from_local}@{seen.identity.domain}", IdentityKind.ADDRESS)


def _in_place(seen: Observation, wanted: WantedRecord) -> ObservedRecord:
    for record in seen.records:
        if record.wanted.question == wanted.question and record.state is RecordState.WRONG:
            return record
    here = NameServer("", "")
    return ObservedRecord(
        wanted, (Sighting(here, wanted.question, Outcome.ANSWER, (wanted.value,), wanted.ttl, 0.0, seen.at),)
    )


def _once_published(seen: Observation) -> Seen[DmarcDiscovery] | Unseen:
    """What will apply; of an address nobody asks, and there it is judged as if any policy were there."""
    match seen.dmarc:
        case Seen(found):
            return Seen(_published(seen, found))
        case None:
            return Seen(DmarcDiscovery(seen.identity.domain, None, None, None, complete=False))
        case unseen:
            return unseen


def _published(seen: Observation, found: DmarcDiscovery) -> DmarcDiscovery:
    """The policy that will apply: the one that applies now, else the one that was chosen."""
    if found.record is not None or found.competing or not found.complete or not seen.identity.is_domain:
        return found
    answers, domain = seen.answered.answers, seen.identity.domain
    text = dmarc_records(domain, answers, found)[0].value
    record = dmarc.parse([text.encode()])
    if record is None:
        return found
    return replace(
        found, record=record, found_at=f"_dmarc.{domain}", policy=answers.dmarc.value, walk=((domain, record),)
    )
