"""IAM's own simulator: what a user or role would be refused; nothing is sent to find out."""

from __future__ import annotations

from collections.abc import Sequence

from sendready.model.surroundings import Refusal
from sendready.world.aws.session import AwsSession

SENDING = ("ses:SendEmail", "ses:SendRawEmail")
"""Which of them a send needs hangs on its content (SES developer guide, controlling access)."""


class PermissionsAdapter:
    """Implements `model.ports.Permissions`."""

    def __init__(self, session: AwsSession) -> None:
        self._session = session

    async def refusals(self, principal: str, resources: Sequence[str]) -> tuple[Refusal, ...]:
        """Which of the two actions are refused on which of the resources.

        A refusal that hangs on something the simulator was not told, such as ses:FromAddress, is left out.
        """
        found = []
        for resource in resources:
            answer = await self._session.call(
                "iam",
                "SimulatePrincipalPolicy",
                PolicySourceArn=role_of(principal),
                ActionNames=list(SENDING),
                ResourceArns=[resource],
            )
            found += [
                Refusal(row["EvalActionName"], resource, explicit=row["EvalDecision"] == "explicitDeny")
                for row in answer.get("EvaluationResults", ())
                if row["EvalDecision"] != "allowed" and not row.get("MissingContextValues")
            ]
        return tuple(found)


def role_of(principal: str) -> str:
    """The role behind the ARN of one of its sessions, which is what `aws sts get-caller-identity` shows."""
    head, session, rest = principal.partition(":assumed-role/")
    if not session:
        return principal
    return f"{head.replace(':sts:', ':iam:')}:role/{rest.partition('/')[0]}"
