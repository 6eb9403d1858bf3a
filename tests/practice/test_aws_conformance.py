"""Every operation practice offers is called once, and its answer held against botocore's model.

The check is written here anew, not taken from the server: it reads the raw body, in which a parser would have
dropped what the model does not know.
"""

from __future__ import annotations

import contextlib
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from sendready.practice.aws.server import SERVICES
from sendready.practice.aws.sns import topic_at

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

Client = Callable[..., Any]
KNOWN_PARTIAL = "MailFromAttributes"
"""Real SES answers this structure without members its model requires."""
NEVER_FOUND = "GetMessageInsights"
"""It leaves the simulator's mail out, so practice has nothing to tell."""
ACCOUNT, REGION = "123456789012", "eu-west-1"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:t"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
IDENTITY = f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.com"
POLICY = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})
MAIL = {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}}


class Witness:
    """Looks at every answer of the clients it is attached to."""

    def __init__(self) -> None:
        self.called: set[tuple[str, str]] = set()
        self.faults: list[str] = []

    def attach(self, client: Any) -> Any:  # noqa: ANN401  # boto3 makes its classes at run time
        client.meta.events.register("after-call.*", self._look)
        return client

    def _look(self, http_response: Any, parsed: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401
        service = model.service_model.service_name
        self.called.add((service, model.name))
        if http_response.status_code >= 300:
            if model.name != NEVER_FOUND:
                self.faults.append(f"{service} {model.name}: {http_response.content.decode()}")
            return
        shape = model.output_shape
        if shape is None:
            return
        answer = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
        missing = _missing(shape, answer, model.name)
        body = http_response.content
        if body.startswith(b"<"):
            root = ET.fromstring(body)  # noqa: S314  # our own server's
            wrapper = shape.serialization.get("resultWrapper")
            stray = _stray_xml(shape, root[0] if wrapper else root, model.name)
        else:
            stray = _stray_json(shape, json.loads(body), model.name)
        self.faults += [f"{service} {fault}" for fault in (*missing, *stray)]


def _missing(shape: Shape, value: Any, path: str) -> Iterator[str]:  # noqa: ANN401  # any shape's value
    if isinstance(shape, StructureShape):
        if shape.name != KNOWN_PARTIAL:
            yield from (f"{path}.{name} is missing" for name in shape.required_members if name not in value)
        for name, member in shape.members.items():
            if name in value:
                yield from _missing(member, value[name], f"{path}.{name}")
    elif isinstance(shape, ListShape):
        for item in value:
            yield from _missing(shape.member, item, f"{path}[]")
    elif isinstance(shape, MapShape):
        for item in value.values():
            yield from _missing(shape.value, item, f"{path}{{}}")
    elif getattr(shape, "enum", None) and value not in shape.enum:  # type: ignore[attr-defined]
        yield f"{path} is {value}, which is not of the enum"


def _stray_json(shape: Shape, value: Any, path: str) -> Iterator[str]:  # noqa: ANN401  # any JSON
    if isinstance(shape, StructureShape):
        names = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        for name, item in value.items():
            if name not in names:
                yield f"{path}.{name} is not in the model"
            else:
                yield from _stray_json(names[name], item, f"{path}.{name}")
    elif isinstance(shape, ListShape):
        for item in value:
            yield from _stray_json(shape.member, item, f"{path}[]")
    elif isinstance(shape, MapShape):
        for item in value.values():
            yield from _stray_json(shape.value, item, f"{path}{{}}")


def _stray_xml(shape: Shape, node: ET.Element, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        names = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        for child in node:
            tag = child.tag.rpartition("}")[2]
            if tag not in names:
                yield f"{path}.{tag} is not in the model"
            else:
                yield from _stray_xml(names[tag], child, f"{path}.{tag}")
    elif isinstance(shape, ListShape):
        for child in node:
            if child.tag.rpartition("}")[2] != shape.member.serialization.get("name", "member"):
                yield f"{path} holds {child.tag}"
            yield from _stray_xml(shape.member, child, f"{path}[]")


def test_every_answer_is_what_the_model_says(practice: Practice, client: Client) -> None:
    witness = Witness()

    def make(service: str) -> Any:  # noqa: ANN401  # boto3 makes its classes at run time
        return witness.attach(client(service))

    tour_of_dns(make("route53"), make("sts"), make("cloudwatch"))
    tour_of_messages(practice, make("sns"), make("sqs"), make("events"))
    tour_of_keys_and_streams(make("kms"), make("firehose"), make("iam"))
    tour_of_identities(practice, make("sesv2"))
    tour_of_sending(practice, make("sesv2"), make("ses"))

    assert witness.faults == []
    offered = {(service, operation) for service, operations in SERVICES.items() for operation in operations}
    assert offered - witness.called == set()


def tour_of_dns(r53: Any, sts: Any, cloudwatch: Any) -> None:  # noqa: ANN401  # boto3 makes its classes at run time
    sts.get_caller_identity()
    sts.get_session_token()
    sts.assume_role(RoleArn="arn:aws:iam::210987654321:role/path/dns", RoleSessionName="session")
    zone = r53.create_hosted_zone(Name="example.com", CallerReference="1", HostedZoneConfig={"Comment": "mine"})
    zone_id = zone["HostedZone"]["Id"]
    r53.create_hosted_zone(Name="in.side", CallerReference="2", VPC={"VPCRegion": REGION, "VPCId": "vpc-1"})
    wanted = {"Name": "a.example.com", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"a & <b>"'}]}
    batch = {"Comment": "first", "Changes": [{"Action": "CREATE", "ResourceRecordSet": wanted}]}
    change = r53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)["ChangeInfo"]
    r53.get_change(Id=change["Id"])
    for one in r53.list_hosted_zones(MaxItems="1")["HostedZones"]:
        r53.get_hosted_zone(Id=one["Id"])
    r53.list_hosted_zones_by_name(DNSName="example.com")
    r53.get_hosted_zone_count()
    r53.list_resource_record_sets(HostedZoneId=zone_id, MaxItems="1")
    resource = {"ResourceType": "hostedzone", "ResourceId": zone_id.rpartition("/")[2]}
    r53.change_tags_for_resource(**resource, AddTags=[{"Key": "k", "Value": "v"}])
    r53.list_tags_for_resource(**resource)
    batch["Changes"][0]["Action"] = "DELETE"  # type: ignore[index]
    r53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)
    r53.delete_hosted_zone(Id=zone_id)
    metric = {"Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate"}
    query = {"Id": "bounces", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Average"}}
    cloudwatch.get_metric_data(MetricDataQueries=[query], StartTime=0, EndTime=1)


def tour_of_keys_and_streams(kms: Any, firehose: Any, iam: Any) -> None:  # noqa: ANN401  # made at run time
    role = "arn:aws:iam::123456789012:role/app"
    result = iam.simulate_principal_policy(PolicySourceArn=role, ActionNames=["ses:SendEmail"], ResourceArns=["*"])
    assert [one["EvalDecision"] for one in result["EvaluationResults"]] == ["allowed"]
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key_id)
    kms.put_key_policy(KeyId=key_id, Policy=POLICY)
    assert kms.get_key_policy(KeyId=key_id)["Policy"] == POLICY
    kms.disable_key(KeyId=key_id)
    assert kms.describe_key(KeyId="alias/mine")["KeyMetadata"]["KeyState"] == "Disabled"
    assert kms.describe_key(KeyId="alias/aws/sns")["KeyMetadata"]["KeyManager"] == "AWS"
    firehose.create_delivery_stream(DeliveryStreamName="events")
    firehose.describe_delivery_stream(DeliveryStreamName="events")
    firehose.delete_delivery_stream(DeliveryStreamName="events")


def tour_of_messages(practice: Practice, sns: Any, sqs: Any, events: Any) -> None:  # noqa: ANN401  # boto3 makes its classes at run time
    url = sqs.create_queue(QueueName="q", Attributes={"Policy": POLICY}, tags={"k": "v"})["QueueUrl"]
    sqs.get_queue_url(QueueName="q")
    sqs.list_queues()
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "60"})
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    sqs.tag_queue(QueueUrl=url, Tags={"a": "b"})
    sqs.list_queue_tags(QueueUrl=url)
    sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
    sns.create_topic(Name="t", Attributes={"Policy": POLICY}, Tags=[{"Key": "k", "Value": "v"}])
    sns.set_topic_attributes(TopicArn=TOPIC, AttributeName="DisplayName", AttributeValue="T")
    sns.get_topic_attributes(TopicArn=TOPIC)
    sns.list_topics()
    arn = sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE, ReturnSubscriptionArn=True)["SubscriptionArn"]
    sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="RawMessageDelivery", AttributeValue="true")
    sns.get_subscription_attributes(SubscriptionArn=arn)
    sns.subscribe(TopicArn=TOPIC, Protocol="https", Endpoint="https://hook.example/")
    topic = topic_at(practice.cloud, TOPIC)
    assert topic is not None
    sns.confirm_subscription(TopicArn=TOPIC, Token=[one.token for one in topic.subscriptions.values()][-1])
    sns.list_subscriptions()
    sns.list_subscriptions_by_topic(TopicArn=TOPIC)
    sns.tag_resource(ResourceArn=TOPIC, Tags=[{"Key": "a", "Value": "b"}])
    sns.list_tags_for_resource(ResourceArn=TOPIC)
    sns.untag_resource(ResourceArn=TOPIC, TagKeys=["a"])
    sns.publish(TopicArn=TOPIC, Message="hello", Subject="s")
    sqs.send_message(QueueUrl=url, MessageBody="there")
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"], VisibilityTimeout=90)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"])
    sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": "1", "ReceiptHandle": found[1]["ReceiptHandle"]}])
    rule = events.put_rule(Name="r", EventPattern='{"source": ["mine"]}', Description="d")["RuleArn"]
    events.put_targets(Rule="r", Targets=[{"Id": "q", "Arn": QUEUE}])
    events.put_events(Entries=[{"Source": "mine", "DetailType": "x", "Detail": "{}"}])
    events.describe_rule(Name="r")
    events.list_rules()
    events.disable_rule(Name="r")
    events.enable_rule(Name="r")
    events.tag_resource(ResourceARN=rule, Tags=[{"Key": "a", "Value": "b"}])
    events.list_tags_for_resource(ResourceARN=rule)
    events.list_targets_by_rule(Rule="r")
    events.remove_targets(Rule="r", Ids=["q", "none"])
    events.delete_rule(Name="r")
    sns.unsubscribe(SubscriptionArn=arn)
    sns.delete_topic(TopicArn=TOPIC)
    sqs.purge_queue(QueueUrl=url)
    sqs.delete_queue(QueueUrl=url)


def tour_of_identities(practice: Practice, ses: Any) -> None:  # noqa: ANN401  # boto3 makes its classes at run time
    ses.create_email_identity(EmailIdentity="example.com", Tags=[{"Key": "k", "Value": "v"}])
    ses.create_email_identity(EmailIdentity="me@example.org")
    named = {"EmailIdentity": "example.com"}
    ses.put_email_identity_mail_from_attributes(**named, MailFromDomain="bounce.example.com")
    practice.clock.jump(timedelta(seconds=30))
    ses.get_email_identity(**named)
    ses.get_email_identity(EmailIdentity="me@example.org")
    ses.put_email_identity_mail_from_attributes(**named)
    ses.get_email_identity(**named)
    ses.put_email_identity_dkim_attributes(**named, SigningEnabled=True)
    ses.put_email_identity_dkim_signing_attributes(**named, SigningAttributesOrigin="AWS_SES")
    own = {"DomainSigningSelector": "own", "DomainSigningPrivateKey": "abcd"}
    ses.put_email_identity_dkim_signing_attributes(**named, SigningAttributesOrigin="EXTERNAL", SigningAttributes=own)
    ses.get_email_identity(**named)
    ses.put_email_identity_feedback_attributes(**named, EmailForwardingEnabled=True)
    ses.put_email_identity_configuration_set_attributes(**named)
    ses.create_email_identity_policy(**named, PolicyName="p", Policy=POLICY)
    ses.update_email_identity_policy(**named, PolicyName="p", Policy=POLICY)
    ses.get_email_identity_policies(**named)
    ses.get_email_identity(**named)
    ses.delete_email_identity_policy(**named, PolicyName="p")
    ses.tag_resource(ResourceArn=IDENTITY, Tags=[{"Key": "a", "Value": "b"}])
    ses.list_tags_for_resource(ResourceArn=IDENTITY)
    ses.untag_resource(ResourceArn=IDENTITY, TagKeys=["a"])
    ses.list_email_identities(PageSize=1)
    ses.delete_email_identity(**named)


def tour_of_sending(practice: Practice, ses: Any, older: Any) -> None:  # noqa: ANN401  # boto3 makes its classes
    ses.get_account()
    ses.put_account_details(MailType="MARKETING", WebsiteURL="https://example.com", ProductionAccessEnabled=True)
    ses.get_account()
    practice.finish("example.com")
    ses.put_account_sending_attributes(SendingEnabled=True)
    ses.put_account_suppression_attributes(SuppressedReasons=["BOUNCE"])
    ses.put_account_vdm_attributes(VdmAttributes={"VdmEnabled": "ENABLED"})
    ses.get_account()
    ses.list_recommendations()
    ses.put_suppressed_destination(EmailAddress="a@example.net", Reason="COMPLAINT")
    ses.get_suppressed_destination(EmailAddress="a@example.net")
    ses.list_suppressed_destinations(Reasons=["COMPLAINT"], PageSize=1)
    ses.delete_suppressed_destination(EmailAddress="a@example.net")
    named = {"ConfigurationSetName": "s"}
    ses.create_configuration_set(**named, ReputationOptions={"ReputationMetricsEnabled": True})
    ses.put_configuration_set_sending_options(**named, SendingEnabled=True)
    ses.put_configuration_set_reputation_options(**named, ReputationMetricsEnabled=False)
    ses.put_configuration_set_delivery_options(**named, TlsPolicy="REQUIRE", MaxDeliverySeconds=600)
    ses.put_configuration_set_suppression_options(**named, SuppressedReasons=["BOUNCE"])
    ses.put_configuration_set_tracking_options(**named, CustomRedirectDomain="t.example.com")
    ses.get_configuration_set(**named)
    ses.list_configuration_sets()
    bus = {"EventBusArn": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"}
    target = {"Enabled": True, "MatchingEventTypes": ["SEND"], "EventBridgeDestination": bus}
    ses.create_configuration_set_event_destination(**named, EventDestinationName="d", EventDestination=target)
    ses.update_configuration_set_event_destination(
        **named, EventDestinationName="d", EventDestination={"Enabled": False}
    )
    ses.get_configuration_set_event_destinations(**named)
    ses.send_email(
        **named,
        FromEmailAddress="a@example.com",
        Destination={"ToAddresses": ["success@simulator.amazonses.com"]},
        Content=MAIL,
    )
    ses.delete_configuration_set_event_destination(**named, EventDestinationName="d")
    ses.delete_configuration_set(**named)
    older.get_send_quota()
    older.get_send_statistics()
    older.get_account_sending_enabled()
    older.list_identities()
    older.verify_email_identity(EmailAddress="me@example.org")
    older.set_identity_notification_topic(Identity="example.com", NotificationType="Bounce", SnsTopic=TOPIC)
    older.set_identity_notification_topic(Identity="example.com", NotificationType="Complaint", SnsTopic=TOPIC)
    older.set_identity_feedback_forwarding_enabled(Identity="example.com", ForwardingEnabled=False)
    for operation in (
        older.get_identity_verification_attributes,
        older.get_identity_dkim_attributes,
        older.get_identity_mail_from_domain_attributes,
        older.get_identity_notification_attributes,
    ):
        operation(Identities=["example.com", "me@example.org"])
    with contextlib.suppress(ses.exceptions.NotFoundException):
        ses.get_message_insights(MessageId="none")
