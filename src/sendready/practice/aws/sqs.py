"""SQS: standard queues with policies, visibility timeouts and long polling in practice time."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from sendready.practice.aws.agenda import LOOK
from sendready.practice.aws.cloud import Call, Cloud, Members, Operations, page, with_token
from sendready.practice.aws.errors import AwsError
from sendready.practice.aws.policies import Access, allows
from sendready.practice.aws.queues import Message, Queue

OPERATIONS = Operations()
NAME = re.compile(r"[A-Za-z0-9_-]{1,80}(?:\.fifo)?")
MUTABLE = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1024, 1048576),
    "MessageRetentionPeriod": (60, 1209600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43200),
    "KmsDataKeyReusePeriodSeconds": (60, 86400),
}
TEXTS = frozenset({"Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "SqsManagedSseEnabled"})
FIFO = frozenset({"FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"})


@dataclass
class Sqs:
    """All queues of one account and region, by name."""

    queues: dict[str, Queue] = field(default_factory=dict)


def deliver(cloud: Cloud, queue_arn: str, body: str, *, service: str, source_arn: str, source_account: str) -> bool:
    """Puts a service's message into a queue; False where there is none or its policy forbids it."""
    _, _, _, region, account, name = (queue_arn.split(":", 5) + [""] * 6)[:6]
    with cloud.lock:
        queue = cloud.state(Sqs, account, region).queues.get(name)
    if queue is None:
        return False
    access = Access(service, "sqs:SendMessage", queue_arn, source_arn, source_account)
    if not allows(queue.attributes.get("Policy", ""), access):
        return False
    queue.put(body, cloud.clock.now())
    return True


@OPERATIONS("CreateQueue")
def create(call: Call) -> Members:
    """Makes a queue; the same name with the same attributes is the same queue."""
    name = call["QueueName"]
    if not NAME.fullmatch(name):
        raise AwsError(
            "InvalidParameterValue",
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        )
    queues = call.cloud.state(Sqs, call.account, call.region).queues
    attributes = dict(call.get("Attributes", {}))
    _check_attributes(attributes)
    found = queues.get(name)
    if found is None:
        found = queues[name] = Queue(name, call.arn("sqs", name), call.now, attributes, dict(call.get("tags", {})))
    elif any(found.attribute(key) != value for key, value in attributes.items()):
        differing = next(key for key, value in attributes.items() if found.attribute(key) != value)
        raise AwsError(
            "QueueNameExists",
            f"A queue already exists with the same name and a different value for attribute {differing}",
            query_code="QueueAlreadyExists",
        )
    return {"QueueUrl": _url(call, found)}


@OPERATIONS("GetQueueUrl")
def get_url(call: Call) -> Members:
    """The address of a queue."""
    owner = call.get("QueueOwnerAWSAccountId", call.account)
    found = call.cloud.state(Sqs, owner, call.region).queues.get(call["QueueName"])
    if found is None:
        raise _missing()
    return {"QueueUrl": _url(call, found)}


@OPERATIONS("ListQueues")
def list_all(call: Call) -> Members:
    """The addresses of the queues whose name begins with the prefix."""
    prefix = call.get("QueueNamePrefix", "")
    queues = call.cloud.state(Sqs, call.account, call.region).queues
    urls = [_url(call, queue) for name, queue in queues.items() if name.startswith(prefix)]
    found, token = page(urls, call, size=1000, member="MaxResults")
    return with_token({"QueueUrls": found} if found else {}, token)


@OPERATIONS("GetQueueAttributes")
def get_attributes(call: Call) -> Members:
    """The attributes asked for; none without names, all for `All`."""
    queue = _queue(call)
    known = queue.all_attributes(call.now)
    names = call.get("AttributeNames", [])
    if "All" in names:
        return {"Attributes": known}
    return {"Attributes": {name: known[name] for name in names if name in known}}


@OPERATIONS("SetQueueAttributes")
def set_attributes(call: Call) -> None:
    """Changes attributes; an empty text removes one."""
    queue = _queue(call)
    _check_attributes(call["Attributes"])
    for name, value in call["Attributes"].items():
        if value == "":
            queue.attributes.pop(name, None)
        else:
            queue.attributes[name] = value


@OPERATIONS("SendMessage")
def send(call: Call) -> Members:
    """Puts a message into the queue."""
    queue = _queue(call)
    delay = timedelta(seconds=int(call.get("DelaySeconds", queue.attribute("DelaySeconds"))))
    message = queue.put(call["MessageBody"], call.now, delay=delay, attributes=call.get("MessageAttributes"))
    return {"MessageId": message.id, "MD5OfMessageBody": message.md5}


@OPERATIONS("ReceiveMessage", waits=True)
def receive(call: Call) -> Members:
    """Up to ten messages; waits for the first one as long as asked, in practice time."""
    with call.cloud.lock:
        queue = _queue(call)
    most = int(call.get("MaxNumberOfMessages", 1))
    if not 1 <= most <= 10:
        raise AwsError(
            "InvalidParameterValue",
            f"Value {most} for parameter MaxNumberOfMessages is invalid. "
            "Reason: Must be between 1 and 10, if provided.",
        )
    wait = int(call.get("WaitTimeSeconds", queue.attribute("ReceiveMessageWaitTimeSeconds")))
    if not 0 <= wait <= 20:
        raise AwsError(
            "InvalidParameterValue",
            f"Value {wait} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
        )
    hidden = timedelta(seconds=int(call.get("VisibilityTimeout", queue.attribute("VisibilityTimeout"))))
    cloud = call.cloud
    end = cloud.clock.now() + timedelta(seconds=wait)
    with queue.changed:
        while not (found := queue.take(most, cloud.clock.now(), hidden)):
            left = cloud.clock.real_seconds((end - cloud.clock.now()).total_seconds())
            if left <= 0 or cloud.stopped.is_set() or queue.deleted:
                return {}
            queue.changed.wait(min(left, LOOK))
    wanted = {*call.get("AttributeNames", []), *call.get("MessageSystemAttributeNames", [])}
    return {"Messages": [_shown(message, wanted, call) for message in found]}


@OPERATIONS("ChangeMessageVisibility")
def change_visibility(call: Call) -> None:
    """Hides a received message for longer or shorter."""
    queue = _queue(call)
    if not queue.hide(call["ReceiptHandle"], call.now + timedelta(seconds=call["VisibilityTimeout"])):
        raise _bad_receipt(call["ReceiptHandle"])


@OPERATIONS("DeleteMessage")
def delete_message(call: Call) -> None:
    """Deletes a received message; one that is gone already is no error."""
    if not _queue(call).delete(call["ReceiptHandle"]):
        raise _bad_receipt(call["ReceiptHandle"])


@OPERATIONS("DeleteMessageBatch")
def delete_batch(call: Call) -> Members:
    """Deletes up to ten received messages."""
    queue = _queue(call)
    ids = [entry["Id"] for entry in call["Entries"]]
    if len(ids) > 10:
        raise AwsError("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.")
    if len(set(ids)) != len(ids):
        raise AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
    done = [entry["Id"] for entry in call["Entries"] if queue.delete(entry["ReceiptHandle"])]
    failed = [one for one in ids if one not in done]
    return {
        "Successful": [{"Id": one} for one in done],
        "Failed": [
            {
                "Id": one,
                "SenderFault": True,
                "Code": "ReceiptHandleIsInvalid",
                "Message": "The input receipt handle is invalid.",
            }
            for one in failed
        ],
    }


@OPERATIONS("PurgeQueue")
def purge(call: Call) -> None:
    """Deletes every message."""
    _queue(call).purge()


@OPERATIONS("DeleteQueue")
def delete(call: Call) -> None:
    """Deletes the queue with its messages."""
    queue = _queue(call)
    queue.close()
    del call.cloud.state(Sqs, queue.arn.split(":")[4], call.region).queues[queue.name]


@OPERATIONS("TagQueue")
def tag(call: Call) -> None:
    """Adds tags."""
    _queue(call).tags.update(call["Tags"])


@OPERATIONS("UntagQueue")
def untag(call: Call) -> None:
    """Removes tags."""
    queue = _queue(call)
    for key in call["TagKeys"]:
        queue.tags.pop(key, None)


@OPERATIONS("ListQueueTags")
def list_tags(call: Call) -> Members:
    """All tags."""
    return {"Tags": dict(_queue(call).tags)}


def _url(call: Call, queue: Queue) -> str:
    return f"{call.cloud.url}/{queue.arn.split(':')[4]}/{queue.name}"


def _queue(call: Call) -> Queue:
    parts = urlsplit(call["QueueUrl"]).path.strip("/").split("/")
    account, name = parts if len(parts) == 2 else (call.account, parts[-1])
    found = call.cloud.state(Sqs, account, call.region).queues.get(name)
    if found is None:
        raise _missing()
    return found


def _missing() -> AwsError:
    return AwsError(
        "QueueDoesNotExist",
        "The specified queue does not exist.",
        query_code="AWS.SimpleQueueService.NonExistentQueue",
    )


def _bad_receipt(handle: str) -> AwsError:
    return AwsError("ReceiptHandleIsInvalid", f'The input receipt handle "{handle}" is not a valid receipt handle.')


def _check_attributes(attributes: dict[str, str]) -> None:
    for name, value in attributes.items():
        if name in MUTABLE:
            low, high = MUTABLE[name]
            if not value.isdigit() or not low <= int(value) <= high:
                raise AwsError("InvalidAttributeValue", f"Invalid value for the parameter {name}.")
        elif name == "Policy":
            if value and not _is_policy(value):
                raise AwsError("InvalidAttributeValue", "Invalid value for the parameter Policy.")
        elif name not in TEXTS | FIFO:
            raise AwsError("InvalidAttributeName", f"Unknown Attribute {name}.")


def _is_policy(text: str) -> bool:
    try:
        document = json.loads(text)
    except ValueError:
        return False
    return isinstance(document, dict) and bool(document.get("Statement"))


def _shown(message: Message, wanted: set[str], call: Call) -> Members:
    known = {
        "SenderId": call.principal.user_id,
        "SentTimestamp": str(int(message.sent.timestamp() * 1000)),
        "ApproximateReceiveCount": str(message.received),
        "ApproximateFirstReceiveTimestamp": str(int((message.first_received or call.now).timestamp() * 1000)),
    }
    attributes = known if "All" in wanted else {name: value for name, value in known.items() if name in wanted}
    return {
        "MessageId": message.id,
        "ReceiptHandle": message.receipt,
        "MD5OfBody": message.md5,
        "Body": message.body,
        **({"Attributes": attributes} if attributes else {}),
    }
