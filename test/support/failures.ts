import { DeleteItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { type Item, toItem } from "../../lambda/event/event-item.ts";
import type { SecurityEvent } from "../../lambda/event/security-event.ts";
import { createDynamoDB } from "../../lambda/shared/clients.ts";
import { OLD_APP_SECRET } from "./builders.ts";
import { APP_ID, type OperatorWorld, WABA } from "./operator-world.ts";

/** Something that would keep the next reset request from reaching a person, or has happened. */
export interface Failure {
  readonly name: string;
  /** `now`: by the clock of whoever looks, in milliseconds since the epoch. */
  readonly breakIt: (world: OperatorWorld, now: number) => unknown;
  /** Id of the check that finds it. */
  readonly id: string;
  readonly message: RegExp;
  readonly fix: RegExp;
}

const STACK_FLAGS = "-- --stack Hooks";

function theApp({ graph }: OperatorWorld) {
  const app = graph.apps.get(APP_ID);
  if (!app?.subscription) throw new Error("The world has no connected app");
  return { app, subscription: app.subscription };
}

/** Each failure that the watchdog is for, and the sentence that reports it. */
export const FAILURES: readonly Failure[] = [
  {
    name: "a subscriber whom the settings name is gone",
    breakIt: ({ aws }) => void aws.subscribers.shift(),
    id: "subscribers",
    message: /^Gone, although the settings name it: g…@example\.com\.$/,
    fix: new RegExp(`^npm run subscribe ${STACK_FLAGS} --all$`),
  },
  {
    name: "an e-mail address was never confirmed",
    breakIt: ({ aws }) =>
      void aws.subscribers.push({ protocol: "email", endpoint: "new@example.com", pending: true }),
    id: "subscribers",
    message: /^Not confirmed, so that it gets nothing: n…@example\.com\. AWS mailed a link; /,
    fix: new RegExp(`^npm run confirm ${STACK_FLAGS} 'LINK FROM THE MAIL'$`),
  },
  {
    name: "an e-mail address was confirmed by a click",
    breakIt: ({ aws }) => {
      for (const each of aws.subscribers) {
        each.attributes = { ConfirmationWasAuthenticated: "false" };
      }
    },
    id: "subscribers",
    message: /^Confirmed by a click, so that the link at the foot .*: g…@example\.com\.$/,
    fix: new RegExp(`^npm run subscribe ${STACK_FLAGS} --all$`),
  },
  {
    name: "somebody who left still gets alerts by e-mail",
    breakIt: ({ aws }) =>
      void aws.subscribers.push({
        protocol: "email",
        endpoint: "left@example.com",
        attributes: { ConfirmationWasAuthenticated: "true" },
      }),
    id: "subscribers",
    message: /^Gets an alert .* although the settings do not name it: l…@example\.com\./,
    fix: new RegExp(`^npm run subscribe ${STACK_FLAGS} --remove 'l…@example\\.com'$`),
  },
  {
    name: "nobody is subscribed to the operations topic",
    breakIt: ({ aws }) => {
      aws.operationsSubscribers = [];
      aws.expectedOperations = [];
    },
    id: "operations-subscribers",
    message: /^Nobody is subscribed: an alarm would reach nobody\.$/,
    fix: new RegExp(`^npm run subscribe ${STACK_FLAGS} --operations --email you@example\\.com$`),
  },
  {
    name: "SMS is in the sandbox and a number is not verified there",
    breakIt: ({ aws }) => {
      aws.sms.inSandbox = true;
    },
    id: "sms-sandbox",
    message: /in the SMS sandbox: \+49…5678 gets no SMS/,
    fix: /Exit SMS sandbox/,
  },
  {
    name: "SNS may spend nothing on SMS",
    breakIt: ({ aws }) => {
      aws.sms.limit = "0";
    },
    id: "sms-limit",
    message: /may spend nothing/,
    fix: /^aws sns set-sms-attributes/,
  },
  {
    name: "SMS are sent as promotional",
    breakIt: ({ aws }) => void delete aws.sms.type,
    id: "sms-type",
    message: /^SMS are sent as Promotional by default/,
    fix: /^aws sns set-sms-attributes --attributes DefaultSMSType=Transactional$/,
  },
  {
    name: "an alarm has been on for days",
    breakIt: ({ aws }) =>
      void aws.alarms.push({
        name: "Hooks - Table failing",
        state: "ALARM",
        reason: "",
        since: 3 * 1_440,
      }),
    id: "alarms",
    message: /^On: Table failing \(for 3 days\)\.$/,
    fix: /RUNBOOK/,
  },
  {
    name: "the relay has stopped",
    breakIt: ({ aws }) => {
      aws.metrics.RelayRun = [[9, 1]];
    },
    id: "relay",
    message: /ran last 9 minutes ago/,
    fix: /Relay not running/,
  },
  {
    name: "the customer key is to be deleted",
    breakIt: ({ aws }) => {
      aws.key = { state: "PendingDeletion", deletion: Date.parse("2027-01-02") / 1000 };
    },
    id: "key",
    message: /^The customer key is to be deleted on 2027-01-02/,
    fix: /^aws kms cancel-key-deletion --key-id 1234abcd/,
  },
  {
    name: "the customer key is disabled",
    breakIt: ({ aws }) => {
      aws.key = { state: "Disabled" };
    },
    id: "key",
    message: /^The customer key is Disabled/,
    fix: /^aws kms enable-key --key-id 1234abcd/,
  },
  {
    name: "the table has lost its key",
    breakIt: ({ aws }) => {
      aws.table = { TableStatus: "INACCESSIBLE_ENCRYPTION_CREDENTIALS" };
    },
    id: "table",
    message: /^The table is INACCESSIBLE_ENCRYPTION_CREDENTIALS/,
    fix: /RUNBOOK/,
  },
  {
    name: "the app secret was reset at Meta",
    breakIt: (world) => {
      theApp(world).app.secret = OLD_APP_SECRET;
    },
    id: "meta-app",
    message: /error 190\): it was reset at Meta/,
    fix: new RegExp(`^npm run connect ${STACK_FLAGS}`),
  },
  {
    name: "another tool replaced the callback URL",
    breakIt: (world) => {
      theApp(world).subscription.callback_url = "https://chat.example/hooks";
    },
    id: "meta-callback",
    message: /^Meta calls https:\/\/chat\.example\/hooks, not /,
    fix: new RegExp(`^npm run connect ${STACK_FLAGS} .*--replace-callback`),
  },
  {
    name: "the field is no longer subscribed",
    breakIt: (world) => {
      theApp(world).subscription.fields = ["messages"];
    },
    id: "meta-field",
    message: /^The app is subscribed to messages\.$/,
    fix: new RegExp(`^npm run connect ${STACK_FLAGS}`),
  },
  {
    name: "the app's subscription is not active",
    breakIt: (world) => {
      theApp(world).subscription.active = false;
    },
    id: "meta-field",
    message: /not active/,
    fix: /--again/,
  },
  {
    name: "the account is not subscribed to the app",
    breakIt: ({ graph }) => void graph.accounts.set(WABA, { apps: [], numbers: [] }),
    id: `account-${WABA}`,
    message: /^The app is not subscribed to it, so that no event comes\.$/,
    fix: /--app-id 1234567890123456 --waba 102290129340398$/,
  },
  {
    name: "two-step verification of a number is off, says Meta",
    breakIt: ({ graph }) => {
      const number = graph.accounts.get(WABA)?.numbers[1];
      if (number) number.is_pin_enabled = false;
    },
    id: `numbers-${WABA}`,
    message: /^Two-step verification is off for \+1 555-078-3882\.$/,
    fix: /^set a PIN/,
  },
  {
    name: "the system-user token is dead",
    breakIt: ({ graph }) => graph.tokens.clear(),
    id: "account",
    message: /^The system-user token is no longer valid/,
    fix: new RegExp(`^npm run connect ${STACK_FLAGS} .*--keep-token$`),
  },
  {
    name: "two-step verification of a number was turned off, say its events",
    breakIt: (world, now) => storeEvent(world, now, { event: "PIN_REQUEST_SUCCESS" }),
    id: "numbers",
    message: /^Two-step verification was turned off and not on again: \.\.4242, since 2 hours\.$/,
    fix: new RegExp(`^npm run protect ${STACK_FLAGS} --all-unprotected --as "YOUR NAME"$`),
  },
  {
    name: "nobody has answered an alert",
    breakIt: (world, now) =>
      storeEvent(world, now, { event: "PIN_RESET_REQUEST" }, { alert: { S: "open" } }),
    id: "incidents",
    message:
      /^1 number with an alert that nobody has answered, the oldest for 2 hours: \.\.4242\.$/,
    fix: new RegExp(
      `^npm run acknowledge ${STACK_FLAGS} --all --as "YOUR NAME" --answer handling$`,
    ),
  },
  {
    name: "a filter policy dropped an alert, for it saw no attributes",
    breakIt: ({ aws }) => {
      aws.metrics["NumberOfNotificationsFilteredOut-NoMessageAttributes"] = [[60, 3]];
    },
    id: "filters",
    message: /^SNS dropped 3 messages in the last day: a filter policy found no attributes/,
    fix: /^infra\/RUNBOOK\.md, "Alert dropped by a filter"$/,
  },
  {
    name: "the last test was long ago",
    breakIt: (world, now) => storeEvent(world, now, { wabaId: "0", test: true }, {}, 120 * 24),
    id: "last-test",
    message: /^The last test was received 120 days ago/,
    fix: new RegExp(`^npm run drill ${STACK_FLAGS}$`),
  },
];

/** An event of a number that nothing else knows, received two hours ago unless stated otherwise. */
export async function storeEvent(
  { dynamodbEndpoint, tableName }: OperatorWorld,
  now: number,
  difference: Partial<SecurityEvent> = {},
  marks: Item = {},
  hoursAgo = 2,
): Promise<SecurityEvent> {
  const client = createDynamoDB({ endpoint: dynamodbEndpoint });
  const receivedAt = new Date(now - hoursAgo * 3_600_000).toISOString();
  const time = Math.floor(Date.parse(receivedAt) / 1000);
  const event: SecurityEvent = {
    wabaId: WABA,
    eventKey: `${String(time).padStart(16, "0")}#${difference.event ?? "test"}`,
    event: "PIN_RESET_REQUEST",
    displayPhoneNumber: "15550004242",
    time,
    receivedAt,
    test: false,
    appSecretIndex: 0,
    ...difference,
  };
  const Item = { ...toItem(event), alert: { S: "none" }, ...marks };
  await client.send(new PutItemCommand({ TableName: tableName, Item }));
  return event;
}

/** Leaves the world's table as new. */
export async function emptyTable({ dynamodbEndpoint, tableName }: OperatorWorld): Promise<void> {
  const client = createDynamoDB({ endpoint: dynamodbEndpoint });
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
  for (const { wabaId, eventKey } of Items as Item[]) {
    const Key = { wabaId, eventKey } as Item;
    await client.send(new DeleteItemCommand({ TableName: tableName, Key }));
  }
}
