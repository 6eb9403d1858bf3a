"""What a world has come to, in words that do not depend on when or by which run it was made: worlds can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sendready.practice.aws import route53
from sendready.practice.aws.events import Events
from sendready.practice.aws.ses_state import Identity, Ses
from sendready.practice.aws.sns import Sns
from sendready.practice.aws.sqs import Sqs
from sendready.practice.servers import Practice
from sendready.world.store import Store

KEPT_BY_AWS = frozenset({"website", "contacts"})
"""Answers that need not be kept here once AWS was told: it says them again."""


def final_world(practice: Practice, state: Path) -> dict[str, Any]:
    """Everything that stays behind in AWS and DNS, and what the state directory keeps about it."""
    cloud, account, region = practice.cloud, practice.account_id, practice.region
    ses = cloud.state(Ses, account, region)
    known = {
        "identities": {name: _identity(practice, identity) for name, identity in ses.identities.items()},
        "records": dict(_records(practice)),
        "sets": {name: (one.options, sorted(one.destinations), one.tags) for name, one in ses.sets.items()},
        "topics": {
            arn: sorted((s.protocol, s.endpoint) for s in topic.subscriptions.values())
            for arn, topic in cloud.state(Sns, account, region).topics.items()
        },
        "queues": sorted(cloud.state(Sqs, account, region).queues),
        "rules": sorted(cloud.state(Events, account, region).rules),
        "request": (ses.details, ses.review.status(cloud.clock.now()) if ses.review else None),
        "kept": _kept(Store(state), region),
    }
    text = json.dumps(known, sort_keys=True, indent=1, default=list)
    for identity in ses.identities.values():
        for number, token in enumerate(identity.tokens, 1):
            text = text.replace(token, f"token-{number}")
    words: dict[str, Any] = json.loads(text)
    return words


def _identity(practice: Practice, identity: Identity) -> dict[str, Any]:
    mail_from = identity.mail_from
    return {
        "status": identity.status(practice.cloud.clock.now()),
        "tokens": list(identity.tokens),
        "key": (identity.origin, identity.signing, identity.key_length, identity.next_key_length),
        "mail_from": mail_from and (mail_from.domain, mail_from.on_failure, mail_from.watch.status),
        "set": identity.configuration_set,
        "forwarding": identity.forwarding,
        "policies": identity.policies,
        "tags": identity.tags,
        "topics": identity.topics,
    }


def _records(practice: Practice) -> Iterator[tuple[str, object]]:
    """What is in the hosted zones, their own SOA excepted: it counts changes."""
    for zone in route53.of_account(practice.cloud, practice.account_id).zones.values():
        for (name, rtype), (ttl, values) in zone.records.items():
            if rtype != "SOA":
                yield f"{name} {rtype}", (ttl, sorted(values))


def _kept(store: Store, region: str) -> dict[str, Any]:
    """Answers, what is known of the past, and what the journal says is ours or was left behind."""
    past, answers = store.past("shop.example", region), store.answers("shop.example", region)
    return {
        "answers": {name: one for name, one in answers.items() if name not in KEPT_BY_AWS},
        "past": (past.account, past.identity_seen, past.production_seen, past.tokens, sorted(past.live_records)),
        "verdict": past.looks[-1].verdict.value if past.looks else None,
        "written": sorted((one.record.name, one.record.type.value, one.record.value) for _, one in store.written()),
        "unfinished": [resource.name for _, resource in store.unfinished()],
    }
