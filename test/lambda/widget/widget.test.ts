import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { toAnswerWords } from "../../../lambda/event/words.ts";
import { toOverviewStyle } from "../../../lambda/page/overview-style.ts";
import { toColors } from "../../../lambda/page/style.ts";
import { createDynamoDB, createSns } from "../../../lambda/shared/clients.ts";
import { toActions } from "../../../lambda/widget/actions.ts";
import {
  type AwsProxy,
  DYNAMODB_ERRORS,
  snsError,
  startAwsProxy,
  toEndpoint,
} from "../../support/aws-proxy.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../../support/builders.ts";
import { createWidgetFunction, type InvokeWidget, WIDGET_ENDPOINT } from "../../support/widget.ts";
import { startWorld, type World } from "../../support/world.ts";

let world: World;
let invoke: InvokeWidget;
const lines: string[] = [];
type Clients = Pick<World, "dynamodb" | "sns">;

beforeAll(async () => {
  world = await startWorld();
  invoke = createWidgetFunction(world, lines, { operationsTopicArn: world.topicArn });
});
afterAll(() => world?.stop());

function show(theme = "light", more: object = {}, name = "") {
  return invoke({ widgetContext: { theme, forms: { all: { name } } }, ...more });
}

async function openAlert(event: string, display_phone_number: string): Promise<string> {
  const id = newWabaId();
  world.clock.now += 120_000;
  const time = Math.floor(world.clock.now / 1000);
  const change = securityChange(resetRequest({ display_phone_number, event }));
  await world.deliver(payload(entry({ id, time, changes: [change] })));
  return id;
}

/** An alert about this number, and the fields of its first button. */
async function openWithButton(number: string) {
  const id = await openAlert("PIN_RESET_REQUEST", number);
  const button = buttonsOf(await show()).find(({ acknowledge }) => acknowledge.wabaId === id);
  return { id, button };
}

/** The fields of the widget's buttons. */
function buttonsOf(markup: unknown) {
  const actions = String(markup).matchAll(/<cwdb-action [^>]*>([^<]*)<\/cwdb-action>/g);
  return [...actions].map(([, text = ""]) =>
    JSON.parse(text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))),
  );
}

describe("the dashboard's widget", () => {
  test("describes itself", async () => {
    const markdown = expect.stringMatching(/^# WhatsApp numbers\n.*`lambda:InvokeFunction`/s);
    expect(await invoke({ describe: true })).toEqual({ markdown });
  });

  test("shows a number's state and its open alert, in both themes", async () => {
    await openAlert("PIN_REQUEST_SUCCESS", "15550001234");
    for (const theme of ["light", "dark"] as const) {
      const markup = await show(theme);
      expect(markup).toContain(`.widget { color-scheme: ${theme};\n${toColors(theme)}\n`);
      expect(markup).toContain("UNPROTECTED");
      expect(markup).toContain("Nobody has answered for");
      expect(markup).not.toMatch(/<script|<iframe| on\w+=/i);
    }
  });

  test.each([
    ["15550781234", "+15…1234"],
    ["+1 555-078-1235", "+15…1235"],
    ["x15550781236", "x15…1236"],
    ["15550781237x", "155…237x"],
  ])("shows %s as %s: dashboards are shown on walls", async (number, masked) => {
    await openAlert("PIN_RESET_REQUEST", number);
    const markup = await show();
    expect(markup).toContain(`<bdi>${masked}</bdi>`);
    expect(markup).not.toContain(number);
  });

  test("has buttons that call the function, and one field for a name", async () => {
    const id = await openAlert("PIN_RESET_REQUEST", "15550001239");
    const markup = String(await show());
    const ours = buttonsOf(markup).filter(({ acknowledge }) => acknowledge.wabaId === id);
    expect(ours.map(({ acknowledge }) => acknowledge.answer)).toHaveLength(4);
    const calls = markup.match(/<cwdb-action action="call"[^>]* endpoint="(.*?)">/g);
    expect(calls).toHaveLength(buttonsOf(markup).length);
    expect(calls?.[0]).toContain(WIDGET_ENDPOINT);
    expect(markup.match(/<input type="text" id="name" name="name"/g)).toHaveLength(1);
  });

  test("stores an answer under the name that was typed, and all subscribers get it", async () => {
    const { id, button } = await openWithButton("15550005678");
    const { choice, next } = toAnswerWords("planned");
    expect(await show()).toContain(`Acknowledge: ${choice}? ${next} All subscribers get`);
    expect(await show("light", button), "no name, nothing stored").toContain("Enter your name.");
    lines.length = 0;
    expect(await show("light", button, "  Ann \u202eExample ")).toContain("Your answer is stored");
    expect(await show("light", button, "Ann Example")).toContain("already");
    const answered = { level: "INFO", message: "incident answered", from: "dashboard" };
    const [added, repeated] = lines.map((line) => JSON.parse(line));
    expect(added).toMatchObject({ ...answered, outcome: "added", IncidentAcknowledged: 1 });
    expect(repeated).toMatchObject({ ...answered, outcome: "repeated" });
    expect(repeated).not.toHaveProperty("IncidentAcknowledged");
    const [stored] = await world.storedOf(id);
    const at = new Date(world.clock.now).toISOString();
    expect(stored?.answers).toEqual([
      { name: "Ann Example", answer: "planned", at, from: "the dashboard", origin: "dashboard" },
    ]);
    world.clock.now += 60_000;
    await world.tick();
    expect((await world.alertsOf(id)).at(-1)?.email).toContain("Ann Example");
    const left = buttonsOf(await show()).filter(({ acknowledge }) => acknowledge.wabaId === id);
    expect(left.map(({ acknowledge }) => acknowledge.answer)).toEqual(["reopen"]);
    expect(await show("light", left[0], "Ann Example")).toContain("Your answer is stored");
    expect((await world.itemsOf(id))[0]?.alert?.S, "opened again").toBe("open");
    await world.tick();
    expect((await world.alertsOf(id)).at(-1)?.email).toContain("says that an answer was not true");
    expect(lines.join()).not.toContain("Ann Example");
  });
});

test("buttons answer an open alert, confirm an ended one, and open it again for a week", () => {
  const alert = { wabaId: "1", eventKey: "2" };
  const ended = { ...alert, at: 5 };
  const markupOf = (number: object, days: number) =>
    toActions(number as never, "arn", 5 + days * 86_400_000)?.markup.split("\n");
  expect([
    markupOf({ incident: alert, offered: ["planned", "handling"] }, 8),
    markupOf({ ended, offered: ["planned", "reopen"] }, 6.99),
    markupOf({ ended, offered: ["planned", "reopen"] }, 7),
    markupOf({ ended, offered: ["reopen"] }, 7),
    markupOf({ offered: ["planned"] }, 0),
  ]).toMatchSnapshot();
});

describe("the widget, where something can't be read,", () => {
  let database: AwsProxy;
  let topics: AwsProxy;
  let clients: Clients;

  beforeAll(async () => {
    database = await startAwsProxy(await toEndpoint(world.dynamodb));
    topics = await startAwsProxy(await toEndpoint(world.sns));
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const options = { region: "us-east-1", credentials, maxAttempts: 1 };
    clients = {
      dynamodb: createDynamoDB({ ...options, endpoint: database.url }),
      sns: createSns({ ...options, endpoint: topics.url }),
    };
  });
  afterAll(() => Promise.all([database?.stop(), topics?.stop()]));
  beforeEach(() => {
    database.decide = () => "pass";
    topics.decide = () => "pass";
    lines.length = 0;
  });

  function showFaulty(more: object = {}, name = "Ann Example") {
    return invoke({ widgetContext: { theme: "dark", forms: { all: { name } } }, ...more }, clients);
  }

  /** The sentences above everything else, as a person reads them. */
  function headlinesOf(markup: unknown): string[] {
    const found = String(markup).matchAll(/<(p|div) class="headline tone-(\w+)"[^>]*>(.*?)<\/\1>/g);
    return [...found].map(([, , tone, text = ""]) => {
      return `${tone}: ${toText(text.replaceAll("</p><p>", ", ").replace(/<[^>]*>/g, ""))}`;
    });
  }

  function toText(markup: string): string {
    return markup.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
  }

  /** Of whoever wrote the error: AWS, Node.js, or a validator. */
  const FOREIGN = /Exception|Error\b|arn:aws:kms|ECONN|Invalid (type|key)|at \w+ \(/;

  test.each(Object.entries(DYNAMODB_ERRORS))(
    "says so of the table with %s, and not that all is well",
    async (_, error) => {
      database.decide = () => error;
      const markup = await showFaulty();
      expect(headlinesOf(markup)).toEqual([
        expect.stringMatching(/^alarm: .*the events can't be read/),
      ]);
      expect(toText(String(markup))).toContain("The stored events can't be read at the moment.");
      expect(markup).not.toContain("None yet");
      expect(markup).not.toMatch(FOREIGN);
    },
  );

  test("says so of the subscribers of both topics", async () => {
    topics.decide = () => snsError(403, "AuthorizationError");
    const markup = await showFaulty();
    expect(headlinesOf(markup)[0]).toMatch(
      /^alarm: .*the alert subscribers can't be read, the operations subscribers can't be read$/,
    );
    expect(toText(String(markup)).match(/can't be read at the moment/g)).toHaveLength(2);
    expect(markup).not.toContain(">nobody<");
    expect(markup).not.toMatch(FOREIGN);
  });

  test("says to the person who answers that the answer may be lost, and shows what it can", async () => {
    const { button } = await openWithButton("15550007777");
    const denied = DYNAMODB_ERRORS["a denied key"];
    database.decide = (operation) => (operation === "UpdateItem" ? denied : "pass");
    const markup = await showFaulty(button);
    expect(headlinesOf(markup)[0]).toMatch(/^alarm: Your answer may not be stored: the table /);
    expect(markup).toContain("…7777");
    expect(markup).not.toMatch(FOREIGN);
    const logged = lines.map((line) => JSON.parse(line));
    expect(logged).toEqual([
      expect.objectContaining({
        level: "ERROR",
        message: "widget failed",
        failure: "unstored",
        reason: "AccessDeniedException",
      }),
    ]);
  });

  test("counts an answer once that was stored while its own answer was lost", async () => {
    const { id, button } = await openWithButton("15550008888");
    database.decide = (operation) => (operation === "UpdateItem" ? "cut after" : "pass");
    expect(headlinesOf(await showFaulty(button))[0]).toMatch(/may not be stored/);
    database.decide = () => "pass";
    expect(headlinesOf(await showFaulty(button))[0]).toMatch(/You have given this answer already/);
    const [item] = await world.itemsOf(id);
    expect(item?.answers?.L).toHaveLength(1);
  });
});

test.each(["to an answer", "to nobody's answer"])(
  "a widget %s whose overview can't be made at all says so",
  async (what) => {
    const { button } = await openWithButton("15550006666");
    const isAnswered = what === "to an answer";
    let asked = 0;
    // The answer and its line look at the clock before the overview does.
    const clock = {
      get now() {
        asked += 1;
        if (asked === (isAnswered ? 3 : 1)) throw new TypeError("odd");
        return world.clock.now;
      },
    };
    const failing = createWidgetFunction({ ...world, clock }, lines);
    const widgetContext = { theme: "light", forms: { all: { name: "Ann" } } };
    const markup = String(await failing({ widgetContext, ...(isAnswered && button) }));
    const notices = [...markup.matchAll(/tone-(\w+)" role="status"><bdi>(.{16})/g)];
    const failure = ["alarm", "The numbers can&"];
    const stored = ["calm", "Your answer is s"];
    expect(notices.map(([, ...notice]) => notice)).toEqual(
      isAnswered ? [stored, failure] : [failure],
    );
  },
);

describe("a request of the dashboard that is not understood", () => {
  const widgetContext = { theme: "dark", forms: { all: { name: "Ann Example" } } };
  const key = { wabaId: "1", eventKey: "2", answer: "planned" };

  test("gets one sentence and changes nothing", async () => {
    lines.length = 0;
    const acknowledge = { ...key, answer: "<b>", eventKey: "x".repeat(1025) };
    const markup = String(await invoke({ widgetContext, acknowledge }));
    expect(markup.match(/<p /g)).toHaveLength(1);
    expect(markup).toContain(`\n${toOverviewStyle()}</style>`);
    expect(markup).toMatch(
      /<form>\n<p class="headline tone-alarm" role="status"><bdi>The dashboard sent a request that is not understood\./,
    );
    expect(markup).not.toMatch(/<script|<b>|Invalid|Expected|xxx/);
    expect(markup).toContain("color-scheme: light");
    const message = "widget request not understood";
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: "WARN", message }]);
  });

  test("of an alert that is not there changes nothing", async () => {
    for (const wabaId of ["pace", "watchdog", "404"]) {
      const acknowledge = { ...key, wabaId, eventKey: "single" };
      const markup = await invoke({ widgetContext, acknowledge });
      expect(markup).toContain("This alert takes no further answer.");
    }
  });
});
