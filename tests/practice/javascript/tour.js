// Asks the practice SES for what goes wrong, and prints the class and the name of each error as one JSON object.
import {
  AlreadyExistsException,
  BadRequestException,
  CreateEmailIdentityCommand,
  GetAccountCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  MessageRejected,
  NotFoundException,
  PutAccountDetailsCommand,
  SendEmailCommand,
  SESv2Client,
  TooManyRequestsException,
} from "@aws-sdk/client-sesv2";

const client = new SESv2Client({ maxAttempts: 1 });
const content = { Simple: { Subject: { Data: "s" }, Body: { Text: { Data: "t" } } } };
const mail = (from, to) =>
  new SendEmailCommand({ FromEmailAddress: from, Destination: { ToAddresses: [to] }, Content: content });

async function refused(command, expected) {
  try {
    await client.send(command);
  } catch (error) {
    return { typed: error instanceof expected, name: error.name, status: error.$metadata.httpStatusCode };
  }
  return { typed: false, name: "none" };
}

const answer = {};
const made = await client.send(new CreateEmailIdentityCommand({ EmailIdentity: "new.example" }));
answer.tokens = made.DkimAttributes.Tokens.length;
const again = new CreateEmailIdentityCommand({ EmailIdentity: "example.com" });
answer.AlreadyExistsException = await refused(again, AlreadyExistsException);
const nonsense = new PutAccountDetailsCommand({ MailType: "NONSENSE", WebsiteURL: "https://example.com" });
answer.BadRequestException = await refused(nonsense, BadRequestException);
const unknown = new GetEmailIdentityCommand({ EmailIdentity: "unknown.example" });
answer.NotFoundException = await refused(unknown, NotFoundException);
answer.MessageRejected = await refused(mail("a@unknown.example", "success@simulator.amazonses.com"), MessageRejected);
const sent = await client.send(mail("a@example.com", "success@simulator.amazonses.com"));
answer.messageId = sent.MessageId;
answer.checkedAt = (await client.send(new GetEmailIdentityCommand({ EmailIdentity: "example.com" })))
  .VerificationInfo.LastCheckedTimestamp instanceof Date;
const listed = await client.send(new ListEmailIdentitiesCommand({}));
answer.listed = listed.EmailIdentities.map((identity) => identity.IdentityName);
answer.TooManyRequestsException = await refused(new GetAccountCommand({}), TooManyRequestsException);
await client.send(new GetAccountCommand({}));
console.log(JSON.stringify(answer));
