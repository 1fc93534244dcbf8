import { expect, test } from "vitest";
import { GraphError, MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import { readPinEnabled, setPin } from "../../../lambda/meta/pin.ts";
import { fakeGraph } from "../../support/fake-graph.ts";

const USER = { token: "EAA", app: { id: "7", secret: "s" } };
const NUMBER = { id: "5", wabaId: "102" };
const PROOF = { appsecret_proof: expect.stringMatching(/^[0-9a-f]{64}$/) };
const SET = { method: "POST", path: "/5", token: "EAA", params: { pin: "902137", ...PROOF } };
const READ = { ...SET, method: "GET", params: { fields: "is_pin_enabled", ...PROOF } };

const answerTo = (given: unknown) => setPin(fakeGraph(given).graph, USER, NUMBER, "902137");

test("a PIN that Meta takes is sent with the proof that the token's app speaks", async () => {
  const { graph, sent } = fakeGraph({ success: true });
  expect(await setPin(graph, USER, NUMBER, "902137")).toEqual({ outcome: "taken" });
  expect(sent).toEqual([SET]);
});

test.each([
  [100, "see in WhatsApp Manager whether it is still in account 102"],
  [190, "generate a new one in Business settings"],
  [10, "needs the permissions whatsapp_business_management and whatsapp_business_messaging"],
  [200, "full control of account 102"],
  [133016, "it can be tried again when 72 hours are over"],
  [80007, "Meta's rate limit is reached: try again in an hour"],
  [368, "Meta refuses the new PIN (Meta says: no; code 368)."],
])("what to do about Meta's code %i", async (code, words) => {
  const sentence = expect.stringContaining(words);
  expect(await answerTo(new GraphError("no", code))).toEqual({ outcome: "refused", sentence });
});

const failedBy = (cause: object) =>
  new MetaUnavailableError("Away.", { cause: Object.assign(new TypeError("failed"), { cause }) });

test.each([
  ["its own fault", new GraphError("no", 368, undefined, 500), "doubtful"],
  ["a cut connection", failedBy(Object.assign(new Error(), { code: "ECONNRESET" })), "doubtful"],
  ["no connection", failedBy(Object.assign(new Error(), { code: "ECONNREFUSED" })), "refused"],
  ["no answer", new MetaUnavailableError("Away."), "doubtful"],
  ["an odd answer", { success: false }, "doubtful"],
])("whether Meta took a PIN after %s: %s", async (_what, given, outcome) => {
  expect(await answerTo(given)).toMatchObject({ outcome });
});

test.each([
  [{ is_pin_enabled: true }, true],
  [{ is_pin_enabled: false }, false],
  [{}, undefined],
  [new GraphError("no such field", 100), undefined],
])("whether two-step verification is on, Meta answering %j: %s", async (answer, isOn) => {
  const { graph, sent } = fakeGraph(answer);
  expect(await readPinEnabled(graph, USER, NUMBER)).toBe(isOn);
  expect(sent).toEqual([READ]);
});

test.each([
  [new GraphError("no", 200), "Meta would not say whether two-step verification is on (Meta says"],
  [new MetaUnavailableError("Away."), "Away."],
])("whether it is on is not known where Meta fails", async (error, sentence) => {
  await expect(readPinEnabled(fakeGraph(error).graph, USER, NUMBER)).rejects.toThrow(sentence);
});
