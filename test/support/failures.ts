import { DeleteItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { LOCAL_AWS } from "../../infra/local/engines/local-aws.ts";
import { type Item, toItem } from "../../lambda/event/event-item.ts";
import type { SecurityEvent } from "../../lambda/event/security-event.ts";
import { createDynamoDB } from "../../lambda/shared/clients.ts";
import type { Subscriber } from "./aws.ts";
import { APP_SECRET, OLD_APP_SECRET } from "./builders.ts";
import { APP_ID, type OperatorWorld, WABA } from "./operator-world.ts";

/** Something that would keep the next reset request from reaching a person, or has happened. */
export type Failure = readonly [
  name: string,
  /** Id of the check that finds it. */
  id: string,
  /** Of the check's sentence; the whole, and what to do, are held by the checks' own tests. */
  words: RegExp,
  /** `now`: by the clock of whoever looks, in milliseconds since the epoch. */
  breakIt: (world: OperatorWorld, now: number) => unknown,
];

const AUTHENTICATED = { ConfirmationWasAuthenticated: "true" };
/** Published by nobody yet. */
const PENDING = { alert: { S: "pending" }, outbox: { S: "alert" }, dueAt: { N: "0" } };

function email(endpoint: string, more: Partial<Subscriber>): Subscriber {
  return { protocol: "email", endpoint, ...more };
}

function theApp({ graph }: OperatorWorld) {
  const app = graph.apps.get(APP_ID);
  if (!app?.subscription) throw new Error("The world has no connected app");
  return { app, subscription: app.subscription };
}

function saveSecrets(world: OperatorWorld, ...appSecrets: string[]): void {
  world.aws.secret = JSON.stringify({ ...JSON.parse(world.aws.secret), appSecrets });
}

/** Each failure that the watchdog and `status` are for. */
export const FAILURES: readonly Failure[] = [
  [
    "a subscriber whom the settings name is gone",
    "subscribers",
    /^Gone, .*: g…@example\.com\.$/,
    ({ aws }) => aws.subscribers.shift(),
  ],
  [
    "an e-mail address was never confirmed",
    "subscribers",
    /^Not confirmed, .*: n…@example\.com\. AWS mailed a link/,
    ({ aws }) => aws.subscribers.push(email("new@example.com", { pending: true })),
  ],
  [
    "somebody who left still gets alerts by e-mail",
    "subscribers",
    /although the settings do not name it: l…@example\.com\./,
    ({ aws }) => aws.subscribers.push(email("left@example.com", { attributes: AUTHENTICATED })),
  ],
  [
    "nobody is subscribed to the operations topic",
    "operations-subscribers",
    /an alarm would reach nobody/,
    ({ aws }) => Object.assign(aws, { operationsSubscribers: [], expectedOperations: [] }),
  ],
  [
    "SMS is in the sandbox and a number is not verified there",
    "sms-sandbox",
    /sandbox: \+49…5678 gets no SMS/,
    ({ aws }) => Object.assign(aws.sms, { inSandbox: true }),
  ],
  [
    "SNS may spend nothing on SMS",
    "sms-limit",
    /may spend nothing/,
    ({ aws }) => Object.assign(aws.sms, { limit: "0" }),
  ],
  [
    "an alarm has been on for days",
    "alarms",
    /^On: Table failing \(for 3 days\)\.$/,
    ({ aws }) => {
      const alarm = { name: "Hooks - Table failing", reason: "", since: 3 * 1_440 };
      aws.alarms.push({ ...alarm, state: "ALARM" });
    },
  ],
  [
    "the relay has stopped",
    "relay",
    /ran last 9 minutes ago/,
    ({ aws }) => Object.assign(aws.metrics, { RelayRun: [[9, 1]] }),
  ],
  [
    "the customer key is to be deleted",
    "key",
    /to be deleted on 2027-01-02/,
    ({ aws }) => {
      aws.key = { state: "PendingDeletion", deletion: Date.parse("2027-01-02") / 1000 };
    },
  ],
  [
    "the table has lost its key",
    "table",
    /INACCESSIBLE_ENCRYPTION_CREDENTIALS/,
    ({ aws }) => Object.assign(aws.table, { TableStatus: "INACCESSIBLE_ENCRYPTION_CREDENTIALS" }),
  ],
  [
    "a line break stands behind an app secret",
    "secret",
    /^Number 2 of 2 ends in a line break/,
    (world) => saveSecrets(world, APP_SECRET, `${OLD_APP_SECRET}\n`),
  ],
  [
    "the app secret was reset at Meta",
    "meta-app",
    /error 190\): it was reset at Meta/,
    (world) => Object.assign(theApp(world).app, { secret: OLD_APP_SECRET }),
  ],
  [
    "another tool replaced the callback URL",
    "meta-callback",
    /^Meta calls https:\/\/chat\.example\/hooks, not /,
    (world) =>
      Object.assign(theApp(world).subscription, { callback_url: "https://chat.example/hooks" }),
  ],
  [
    "the field is no longer subscribed",
    "meta-field",
    /subscribed to messages\.$/,
    (world) => Object.assign(theApp(world).subscription, { fields: ["messages"] }),
  ],
  [
    "the app's subscription is not active",
    "meta-field",
    /not active/,
    (world) => Object.assign(theApp(world).subscription, { active: false }),
  ],
  [
    "Meta sends no values",
    "meta-values",
    /without values/,
    (world) => Object.assign(theApp(world).subscription, { include_values: false }),
  ],
  [
    "the account is not subscribed to the app",
    `account-${WABA}`,
    /no event comes\.$/,
    ({ graph }) => graph.accounts.set(WABA, { apps: [], numbers: [] }),
  ],
  [
    "two-step verification of a number is off, says Meta",
    `numbers-${WABA}`,
    /is off for \+1 555-078-3882\. By hand/,
    ({ graph }) =>
      Object.assign(graph.accounts.get(WABA)?.numbers[1] ?? {}, { is_pin_enabled: false }),
  ],
  [
    "the system-user token is dead",
    "account",
    /token is no longer valid/,
    ({ graph }) => graph.tokens.clear(),
  ],
  [
    "two-step verification of a number was turned off, say its events",
    "numbers",
    /not on again: \.\.4242, since 2 hours\.$/,
    (world, now) => storeEvent(world, now, { event: "PIN_REQUEST_SUCCESS" }),
  ],
  [
    "nobody has answered an alert",
    "incidents",
    /nobody has answered, the oldest for 2 hours: \.\.4242\.$/,
    (world, now) =>
      storeEvent(world, now, { event: "PIN_RESET_REQUEST" }, { alert: { S: "open" } }),
  ],
  [
    "an alert waits for more than five minutes",
    "pending",
    /^1 alert waiting, the oldest for 12 minutes\.$/,
    (world, now) => storeEvent(world, now, { event: "PIN_RESET_REQUEST" }, PENDING, 1 / 5),
  ],
  [
    "a filter policy dropped an alert, for it saw no attributes",
    "filters",
    /dropped 3 messages in the last day/,
    ({ aws }) =>
      Object.assign(aws.metrics, {
        "NumberOfNotificationsFilteredOut-NoMessageAttributes": [[60, 3]],
      }),
  ],
  [
    "the last test was long ago",
    "last-test",
    /received 120 days ago/,
    (world, now) => storeEvent(world, now, { wabaId: "0", test: true }, {}, 120 * 24),
  ],
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
export async function emptyTable({
  dynamodbEndpoint: endpoint,
  tableName,
}: Pick<OperatorWorld, "dynamodbEndpoint" | "tableName">): Promise<void> {
  const client = createDynamoDB({ ...LOCAL_AWS, endpoint });
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
  for (const { wabaId, eventKey } of Items as Item[]) {
    const Key = { wabaId, eventKey } as Item;
    await client.send(new DeleteItemCommand({ TableName: tableName, Key }));
  }
}
