"""What AWS holds around the domain: which cause is told, what it folds, and where nothing is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import BOUNCE, DOMAIN, KEYS, MX, NOWHERE, REGION, account, dkim, finding, held, ids, looked, sightings
from surroundings import (
    DELIVER,
    EVERYTHING,
    OTHER,
    SET,
    TOPIC,
    address,
    around,
    beside,
    bus,
    destination,
    elsewhere,
    listed,
    look_at_address,
    nowhere,
    queue,
    silent,
    sns,
    stream,
    subscribed,
    there,
    topic,
    with_set,
)

from sendready.engine.diagnose import diagnose
from sendready.model.errors import AccessDenied, NoCredentials
from sendready.model.finding import FindingState, Severity, Verdict
from sendready.model.identity import MailFrom, Status
from sendready.model.observation import Observation, Past, Seen, Unseen
from sendready.model.records import Outcome, Question, RecordType
from sendready.model.surroundings import (
    ConfigurationSet,
    InRegion,
    Key,
    Neighbours,
    Rates,
    Rule,
    Subscription,
    Surroundings,
    Target,
)

THEIR_MX = {MX: (f"10 feedback-smtp.{OTHER}.amazonses.com",)}


def denied(action: str) -> Unseen:
    return Unseen(AccessDenied(f"not allowed: {action}", f"Attach {action}", action=action, code="AccessDenied"))


def test_the_wrong_region_is_the_first_word_and_the_rest_is_its_symptom() -> None:
    seen = looked(missing=True, around=elsewhere(there()), account=Seen(account(production=False)))

    found = finding(seen, "SES002")
    assert ids(seen) == ["SES002"]
    assert {"SES001", "SES005"} <= set(found.symptoms)
    assert found.fix.commands == (f"sendready check {DOMAIN} --region {OTHER}",)
    assert diagnose(seen).verdict is Verdict.BROKEN


def test_of_several_regions_the_one_dns_is_set_up_for_comes_first() -> None:
    others = (there("ap-south-1"), there("us-west-2", Status.PENDING), there(OTHER, Status.PENDING))
    seen = looked(missing=True, around=elsewhere(*others), dns=THEIR_MX)

    assert finding(seen, "SES002").fix.commands[0].endswith(OTHER)
    assert f"DNS is set up for {OTHER}" in finding(seen, "SES002").detail
    assert finding(replace(seen, records=looked().records), "SES002").fix.commands[0].endswith("ap-south-1")


def test_dns_alone_may_tell_the_region_where_ses_could_not_be_asked() -> None:
    hidden = InRegion(OTHER, Unseen(NoCredentials("AWS does not know these credentials")))

    assert (
        "could not be asked" in finding(looked(missing=True, dns=THEIR_MX, around=elsewhere(hidden)), "SES002").detail
    )
    assert "SES002" not in ids(looked(missing=True, dns=THEIR_MX, around=elsewhere(nowhere())))


def test_a_region_of_the_past_says_nothing_where_the_identity_was_here_too() -> None:
    around_it = elsewhere(there(), remembered=(OTHER,))

    assert ids(looked(missing=True, around=around_it)) == ["ENV014"]
    assert ids(looked(missing=True, around=around_it, past=Past(identity_seen=True))) == ["SES002"]


def test_another_region_s_records_explain_that_none_of_ours_is_there() -> None:
    absent = dict.fromkeys(KEYS, NOWHERE) | THEIR_MX
    seen = looked(ses=held(Status.FAILED), dns=absent, around=elsewhere(there()))

    assert finding(seen, "KIM017").state is FindingState.TODO
    assert {"KIM001", "KIM030", "SES003"} <= set(finding(seen, "KIM017").symptoms)
    assert len(finding(seen, "KIM017").fix.records) == 3


def test_two_regions_at_one_mail_from_are_an_error_only_while_ses_here_does_not_use_it() -> None:
    clash = elsewhere(InRegion(OTHER, Seen(held())))
    refused = held(mail_from=MailFrom(BOUNCE, Status.FAILED))

    assert finding(looked(dns=THEIR_MX, around=clash), "MFR025").severity is Severity.WARNING
    seen = looked(ses=refused, dns=THEIR_MX, around=clash)
    assert ids(seen) == ["MFR025"]
    assert finding(seen, "MFR025").severity is Severity.ERROR
    assert f"bounce-{REGION}.{DOMAIN}" in finding(seen, "MFR025").fix.text


def test_a_foreign_mx_is_told_with_its_region() -> None:
    assert f"`--region {OTHER}`" in finding(looked(dns=THEIR_MX), "MFR002").fix.text


def test_an_address_covers_less_than_its_domain() -> None:
    assert ids(look_at_address(beside())) == ["SES035"]
    assert ids(look_at_address(beside(held(Status.PENDING)))) == ["SES035"]
    assert ids(look_at_address(beside(complete=False))) == []
    assert ids(look_at_address(Surroundings(neighbours=denied("ses:ListEmailIdentities")))) == ["ENV015"]
    assert diagnose(look_at_address(beside())).verdict is Verdict.READY


def test_a_missing_domain_with_a_verified_address_is_told_what_that_address_is_worth() -> None:
    seen = looked(missing=True, around=beside(address()))

    assert ids(seen) == ["SES001", "SES035"]
    assert "SES035" not in ids(looked(missing=True, around=beside(address(status=Status.PENDING))))
    assert "SES035" not in ids(looked(around=beside(address())))


def test_an_address_may_lack_several_things_of_its_domain() -> None:
    bare = address(dkim=dkim(signing_enabled=False), mail_from=None)
    seen = looked(ses=held(configuration_set=SET), around=beside(bare))

    assert len(finding(seen, "KIM036").observed) == 3
    assert ids(look_at_address(beside(held()))) == ["KIM036"]


def test_addresses_that_were_not_looked_at_are_counted() -> None:
    rows = tuple(listed(f"{local}@{DOMAIN}") for local in ("a", "b", "c", "d"))
    one = address(f"a@{DOMAIN}", mail_from=None)
    seen = looked(around=Surroundings(neighbours=Seen(Neighbours(rows, True, (one,)))))

    assert "1 of 4 addresses were looked at" in finding(seen, "KIM036").detail


BROKEN_HOPS = {
    "no topic": (Seen(None), "does not exist any more"),
    "fifo": (Seen(topic(fifo=True)), "FIFO"),
    "aws key": (Seen(topic(key=Seen(Key("alias/aws/sns", aws_managed=True)))), "AWS's own key"),
    "key off": (Seen(topic(key=Seen(Key("k", enabled=False)))), "switched off"),
    "key policy": (Seen(topic(key=Seen(Key("k", policy=Seen("{}"))))), "policy of the key"),
    "nobody": (Seen(replace(topic(), subscriptions=Seen(()))), "nobody is subscribed"),
    "pending": (Seen(topic(subscribed(confirmed=False))), "never confirmed"),
    "no queue": (Seen(topic(subscribed(Seen(None)))), "does not exist any more"),
    "queue policy": (Seen(topic(subscribed(Seen(queue(policy=""))))), "does not let the topic deliver"),
    "queue key": (Seen(topic(subscribed(Seen(queue(key=Seen(Key("alias/aws/sqs", True))))))), "the queue bounces"),
}


@pytest.mark.parametrize("hop", BROKEN_HOPS)
def test_the_first_hop_that_lets_nothing_on_is_named(hop: str) -> None:
    looked_at, words = BROKEN_HOPS[hop]

    seen = with_set(sns(looked_at))
    assert ids(seen) == ["SES017"]
    assert words in finding(seen, "SES017").detail
    assert finding(seen, "SES017").severity is Severity.ERROR


@pytest.mark.parametrize(
    "looked_at",
    [
        denied("sns:GetTopicAttributes"),
        Seen(replace(topic(), subscriptions=denied("sns:ListSubscriptionsByTopic"))),
        Seen(topic(subscribed(denied("sqs:GetQueueUrl")))),
        Seen(topic(key=denied("kms:DescribeKey"))),
        Seen(topic(key=Seen(Key("k", policy=denied("kms:GetKeyPolicy"))))),
    ],
)
def test_a_hop_that_is_hidden_is_not_held_against_anybody(looked_at: Unseen | Seen[object]) -> None:
    seen = with_set(sns(looked_at))  # type: ignore[arg-type]

    assert ids(seen) == ["ENV015"]
    assert finding(seen, "ENV015").severity is Severity.WARNING
    assert diagnose(seen).verdict is Verdict.READY


def test_one_broken_subscriber_of_two_is_a_warning() -> None:
    mailbox = Subscription("email", "ops@example.com", confirmed=False)

    seen = with_set(sns(Seen(topic(subscribed(), mailbox))))

    assert finding(seen, "SES017").severity is Severity.WARNING
    assert "ops@example.com has still to open the link" in finding(seen, "SES017").detail
    assert finding(seen, "SES017").state is FindingState.PENDING


def test_a_topic_of_another_region_needs_no_call_to_be_known_for_broken() -> None:
    far = destination(arn=TOPIC.replace(REGION, OTHER))

    assert f"the topic is in {OTHER}" in finding(with_set(replace(sns(), destination=far, topic=None)), "SES017").detail


def test_a_policy_for_another_topic_lets_nothing_into_the_queue() -> None:
    other = queue(policy=DELIVER.replace(":bounces", ":other"))

    assert ids(with_set(sns(Seen(topic(subscribed(Seen(other))))))) == ["SES017"]


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ((), "none of the bus's rules"),
        ((Rule("ec2", True, '{"source": ["aws.ec2"]}'),), "none of the bus's rules"),
        ((Rule("ses", True, '{"source": ["aws.ses"]}', Seen(0)),), "has no target"),
        ((Rule("ses", True, '{"source": ["aws.ses"]}', denied("events:ListTargetsByRule")),), ""),
    ],
)
def test_a_bus_without_a_rule_that_takes_the_events(rules: tuple[Rule, ...], says: str) -> None:
    seen = with_set(bus(*rules))

    if says:
        assert says in finding(seen, "SES018").detail
    else:
        assert "SES018" not in ids(seen)


@pytest.mark.parametrize(("status", "told"), [("ACTIVE", False), ("CREATING", False), ("DELETING", True), (None, True)])
def test_a_stream_is_broken_unless_it_is_active_or_on_its_way(status: str | None, *, told: bool) -> None:
    assert ("SES019" in ids(with_set(stream(status)))) is told


def test_counting_is_not_hearing() -> None:
    counts = with_set(replace(sns(), destination=destination(Target.CLOUDWATCH), topic=None))
    muted = replace(held(configuration_set=SET), feedback_forwarding=False)
    mute = replace(counts, ses=Seen(muted), around=replace(counts.around or around(), topics=Seen({})))

    assert finding(counts, "SES016").severity is Severity.WARNING
    assert finding(mute, "SES014").symptoms == ("SES016",)


@pytest.mark.parametrize("topics", [denied("ses:GetIdentityNotificationAttributes"), None])
def test_who_hears_is_not_judged_where_it_could_not_be_asked(topics: Unseen | None) -> None:
    assert "SES014" not in ids(silent(topics=topics))


def test_a_destination_that_is_off_matters_only_where_nobody_else_hears() -> None:
    off = replace(sns(), destination=destination(enabled=False, name="old"), topic=None)

    assert finding(with_set(off), "SES015").symptoms == ("SES016",)
    beside_another = with_set(off, sns())
    assert finding(beside_another, "SES015").severity is Severity.NOTICE
    assert diagnose(beside_another).verdict is Verdict.READY


def test_a_set_without_destinations_is_a_notice_while_bounces_are_mailed_back() -> None:
    empty = replace(with_set(), around=replace(around(), hops=Seen(())))

    assert finding(empty, "SES016").severity is Severity.NOTICE
    assert finding(empty, "SES016").title == "The configuration set has no event destination"


def test_types_that_merely_help_are_a_notice() -> None:
    seen = with_set(replace(sns(), destination=destination(types=EVERYTHING - {"REJECT"})))

    assert finding(seen, "SES016").severity is Severity.NOTICE


def test_a_set_that_is_gone_or_paused_outranks_every_record() -> None:
    gone = replace(with_set(configuration_set=Seen(None)), records=looked(dns={MX: NOWHERE}).records)
    paused = with_set(configuration_set=Seen(ConfigurationSet(SET, sending=False, reputation_metrics=True)))

    assert ids(gone)[0] == "SES011"
    assert ids(paused) == ["SES012"]
    assert diagnose(paused).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("bounce", "complaint", "expected"),
    [
        (0.019, 0.0004, []),
        (0.02, None, [("REP001", Severity.WARNING)]),
        (0.05, None, [("REP001", Severity.ERROR)]),
        (0.1, None, [("REP001", Severity.CRITICAL)]),
        (None, 0.0005, [("REP002", Severity.WARNING)]),
        (None, 0.001, [("REP002", Severity.ERROR)]),
        (0.0, 0.005, [("REP002", Severity.CRITICAL)]),
        (None, None, []),
    ],
)
def test_rates_are_as_bad_as_aws_says(
    bounce: float | None, complaint: float | None, expected: list[tuple[str, Severity]]
) -> None:
    seen = looked(around=Surroundings(rates=Seen(Rates(bounce, complaint))))

    assert [(one.id, one.severity) for one in diagnose(seen).findings] == expected


@pytest.mark.parametrize(
    ("sent", "quota", "expected"),
    [(800.0, 1000.0, None), (801.0, 1000.0, Severity.WARNING), (1610.0, 1000.0, Severity.ERROR), (5.0, -1.0, None)],
)
def test_a_quota_is_near_at_four_fifths_and_refuses_mail_at_the_whole(
    sent: float, quota: float, expected: Severity | None
) -> None:
    seen = looked(account=Seen(account(sent=sent, daily_quota=quota)), ses=held(configuration_set=SET))

    assert [one.severity for one in diagnose(seen).findings if one.id == "SES009"] == ([expected] if expected else [])


def mailed_back(*sightings_: Outcome | tuple[str, ...]) -> Observation:
    home = Question(DOMAIN, RecordType.MX)
    return looked(account=Seen(account(sent=5.0)), mailbox=sightings(home, list(sightings_)))


def test_bounces_are_lost_at_a_domain_that_takes_no_mail() -> None:
    assert finding(mailed_back(("0 .",), ("0 .",)), "SES020").severity is Severity.WARNING
    assert finding(mailed_back(Outcome.NODATA, Outcome.TIMEOUT), "SES020").severity is Severity.NOTICE
    assert "SES020" not in ids(mailed_back(Outcome.NODATA, ("10 mx.example.com",)))
    assert "SES020" not in ids(mailed_back(Outcome.TIMEOUT, Outcome.SERVFAIL))


def test_another_account_that_may_send_is_a_notice_and_our_own_is_none() -> None:
    def lets(principal: str) -> Observation:
        policy = f'{{"Statement": {{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "ses:*"}}}}'
        return looked(ses=held(policies=(("p", policy),)))

    assert finding(lets("*"), "SES031").severity is Severity.WARNING
    assert finding(lets("arn:aws:iam::210987654321:root"), "SES031").severity is Severity.NOTICE
    assert ids(lets("123456789012")) == []


def test_all_that_is_hidden_is_one_finding_and_not_beside_one_that_decides() -> None:
    hidden = Surroundings(
        neighbours=denied("ses:ListEmailIdentities"), rates=denied("cloudwatch:GetMetricData"), hops=denied("ses:X")
    )

    (found,) = diagnose(looked(around=hidden)).findings
    assert found.subject == "ses:ListEmailIdentities, ses:X, cloudwatch:GetMetricData"
    assert '"cloudwatch:GetMetricData"' in found.fix.text
    decides = looked(ses=denied("ses:GetEmailIdentity"), around=hidden)
    assert [one.subject for one in diagnose(decides).findings if one.id == "ENV015"] == ["ses:GetEmailIdentity"]
