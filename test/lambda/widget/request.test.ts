import { describe, expect, test } from "vitest";
import { parseWidgetRequest } from "../../../lambda/widget/request.ts";

const KEY = { wabaId: "1", eventKey: "2", answer: "planned" };
const contextOf = (theme: unknown, name: unknown) => ({ theme, forms: { all: { name } } });

describe("an event of the watchdog's function", () => {
  test.each([
    [{ source: "aws.events" }, undefined],
    [{}, undefined],
    [{ describe: "true" }, undefined],
    [null, undefined],
    [undefined, undefined],
    ["text", undefined],
    [{ describe: true }, "describe"],
    [{ describe: true, widgetContext: {} }, "describe"],
    [{ widgetContext: "x" }, "malformed"],
    [{ widgetContext: null }, "malformed"],
    [{ acknowledge: KEY }, "malformed"],
    [{ widgetContext: {}, acknowledge: null }, "malformed"],
  ])("%j is %s to the widget", (event, what) => {
    expect(parseWidgetRequest(event)).toBe(what);
  });

  test.each([
    [contextOf("dark", "Ann"), contextOf("dark", "Ann")],
    [contextOf("light", ""), contextOf("light", "")],
    [contextOf("<style>", 7), contextOf("light", "")],
    [{ ...contextOf("dark", "Ann"), forms: {} }, contextOf("dark", "")],
    [{ ...contextOf("dark", "Ann"), forms: { all: [] } }, contextOf("dark", "")],
    [{ forms: null }, contextOf("light", "")],
    [{}, contextOf("light", "")],
  ])("with the context %j asks for the overview", (widgetContext, understood) => {
    expect(parseWidgetRequest({ widgetContext })).toEqual({ widgetContext: understood });
  });

  test.each(["planned", "handling", "pin-set", "moved"])("may answer %s", (answer) => {
    const acknowledge = { ...KEY, answer };
    const widgetContext = contextOf("dark", "Ann");
    expect(parseWidgetRequest({ widgetContext, acknowledge })).toEqual({
      widgetContext,
      acknowledge,
    });
  });

  test.each([
    [{ wabaId: "1".repeat(2048) }, true],
    [{ wabaId: "1".repeat(2049) }, false],
    [{ wabaId: "" }, false],
    [{ eventKey: "\u00eb".repeat(512) }, true],
    [{ eventKey: "\u00eb".repeat(513) }, false],
    [{ eventKey: "" }, false],
    [{ wabaId: 1 }, false],
    [{ answer: "toString" }, false],
  ])("names an alert by keys that the table takes: %#", (difference, isUnderstood) => {
    const acknowledge = { ...KEY, ...difference };
    const request = parseWidgetRequest({ widgetContext: {}, acknowledge });
    expect(request !== "malformed").toBe(isUnderstood);
  });
});
