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
  /** Id of the check that finds it; what it says is held by the check's own tests. */
  id: string,
  /** `now`: by the clock of whoever looks, in milliseconds since the epoch. */
  breakIt: (world: OperatorWorld, now: number) => unknown,
];

const AUTHENTICATED = { ConfirmationWasAuthenticated: "true" };
const OTHER_URL = "https://chat.example/hooks";
const OPEN = { alert: { S: "open" } };
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

/** Another tool subscribes the app so. */
function subscribe(difference: object) {
  return (world: OperatorWorld) => Object.assign(theApp(world).subscription, difference);
}

function setSms(difference: object) {
  return ({ aws }: OperatorWorld) => Object.assign(aws.sms, difference);
}

/** A metric has one point: so many minutes ago this sum. */
function setMetric(name: string, point: readonly [minutes: number, sum: number]) {
  return ({ aws }: OperatorWorld) => Object.assign(aws.metrics, { [name]: [point] });
}

function saveSecrets(world: OperatorWorld, ...appSecrets: string[]): void {
  world.aws.secret = JSON.stringify({ ...JSON.parse(world.aws.secret), appSecrets });
}

/** Each failure that the watchdog and `status` are for. */
export const FAILURES: readonly Failure[] = [
  ["a subscriber of the settings is gone", "subscribers", ({ aws }) => aws.subscribers.shift()],
  [
    "an e-mail address was never confirmed",
    "subscribers",
    ({ aws }) => aws.subscribers.push(email("new@example.com", { pending: true })),
  ],
  [
    "somebody who left still gets alerts by e-mail",
    "subscribers",
    ({ aws }) => aws.subscribers.push(email("left@example.com", { attributes: AUTHENTICATED })),
  ],
  [
    "nobody is subscribed to the operations topic",
    "operations-subscribers",
    ({ aws }) => Object.assign(aws, { operationsSubscribers: [], expectedOperations: [] }),
  ],
  ["a number is not verified in the SMS sandbox", "sms-sandbox", setSms({ inSandbox: true })],
  ["SNS may spend nothing on SMS", "sms-limit", setSms({ limit: "0" })],
  [
    "an alarm has been on for days",
    "alarms",
    ({ aws }) => {
      const alarm = { name: "Hooks - Table failing", reason: "", since: 3 * 1_440 };
      aws.alarms.push({ ...alarm, state: "ALARM" });
    },
  ],
  ["the relay has stopped", "relay", setMetric("RelayRun", [9, 1])],
  [
    "the customer key is to be deleted",
    "key",
    ({ aws }) => {
      aws.key = { state: "PendingDeletion", deletion: Date.parse("2027-01-02") / 1000 };
    },
  ],
  [
    "the table has lost its key",
    "table",
    ({ aws }) => Object.assign(aws.table, { TableStatus: "INACCESSIBLE_ENCRYPTION_CREDENTIALS" }),
  ],
  [
    "a line break stands behind an app secret",
    "secret",
    (world) => saveSecrets(world, APP_SECRET, `${OLD_APP_SECRET}\n`),
  ],
  [
    "the app secret was reset at Meta",
    "meta-app",
    (world) => Object.assign(theApp(world).app, { secret: OLD_APP_SECRET }),
  ],
  [
    "another tool replaced the callback URL",
    "meta-callback",
    subscribe({ callback_url: OTHER_URL }),
  ],
  ["the field is no longer subscribed", "meta-field", subscribe({ fields: ["messages"] })],
  ["the app's subscription is not active", "meta-field", subscribe({ active: false })],
  ["Meta sends no values", "meta-values", subscribe({ include_values: false })],
  [
    "the account is not subscribed to the app",
    `account-${WABA}`,
    ({ graph }) => graph.accounts.set(WABA, { apps: [], numbers: [] }),
  ],
  [
    "two-step verification of a number is off, says Meta",
    `numbers-${WABA}`,
    ({ graph }) =>
      Object.assign(graph.accounts.get(WABA)?.numbers[1] ?? {}, { is_pin_enabled: false }),
  ],
  ["the system-user token is dead", "account", ({ graph }) => graph.tokens.clear()],
  [
    "two-step verification of a number was turned off, say its events",
    "numbers",
    (world, now) => storeEvent(world, now, { event: "PIN_REQUEST_SUCCESS" }),
  ],
  ["nobody has answered an alert", "incidents", (world, now) => storeEvent(world, now, {}, OPEN)],
  [
    "an alert waits for more than five minutes",
    "pending",
    (world, now) => storeEvent(world, now, {}, PENDING, 1 / 5),
  ],
  [
    "a filter policy dropped an alert, for it saw no attributes",
    "filters",
    setMetric("NumberOfNotificationsFilteredOut-NoMessageAttributes", [60, 3]),
  ],
  [
    "the last test was long ago",
    "last-test",
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
