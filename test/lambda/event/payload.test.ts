import { describe, expect, test } from "vitest";
import { parsePayload } from "../../../lambda/event/payload.ts";

const OBJECT = '"object":"whatsapp_business_account"';

function parse(entries: string) {
  return parsePayload(Buffer.from(`{${OBJECT},"entry":${entries}}`));
}

describe("an entry", () => {
  test("keeps id, time and values as they came, and drops what nobody reads", () => {
    const body = `[{"id":7,"time":"1","note":1,"changes":[
      {"field":"security","value":{"a":[null]},"note":2},{"field":"messages"}]}]`;
    expect(parse(body)).toMatchSnapshot();
  });

  test.each([
    ["{}", []],
    ['{"changes":null}', []],
    ['{"changes":{"field":"security","value":1}}', [{ field: "security", value: 1 }]],
  ])("%s has its one change, or none", (text, changes) => {
    expect(parse(`[${text}]`)).toMatchObject({ entries: [{ changes }], malformed: 0 });
  });
});

describe("what is not of Meta's shape", () => {
  const good = '{"changes":[{"field":"security"}]}';

  test.each([
    ["an entry", `[null,${good},7]`, 2],
    ["a change", `[{"changes":[null,{"field":1},{},{"field":"security"}]}]`, 3],
    ["one beside entries without changes", `[{},7,${good},{}]`, 1],
    ["nothing", `[${good}]`, 0],
  ])("is counted and costs nothing beside it: %s", (_, entries, malformed) => {
    const parsed = parse(entries);
    expect(parsed?.malformed).toBe(malformed);
    expect(parsed?.entries.flatMap(({ changes }) => changes)).toEqual([{ field: "security" }]);
  });

  test.each([
    ["[7,{}]", undefined],
    ['[{"changes":[7]}]', undefined],
    ["[]", 0],
    ["[{}]", 0],
  ])("and nothing else in a body is a body that was not understood: %s", (entries, malformed) => {
    expect(parse(entries)?.malformed).toBe(malformed);
  });

  test.each([
    ["", "no text"],
    ["null", "null"],
    [`{${OBJECT},"entry":{}}`, "entries that are no list"],
    ['{"entry":[]}', "no object"],
    ['{"object":"page","entry":[1234567890123456789]}', "another object with a long number"],
    ["[1234567890123456789", "no JSON with a long number"],
  ])("%j is no payload: %s", (body) => {
    expect(parsePayload(Buffer.from(body))).toBeUndefined();
  });
});

describe("changed fields", () => {
  test.each([
    ["beside no change", '{"changed_fields":["security"]}', [{ field: "security" }]],
    [
      "beside another field",
      '{"changed_fields":["messages","security"],"changes":[{"field":"messages"}]}',
      [{ field: "messages" }, { field: "security" }],
    ],
  ])("that name security %s stand for a change without its value", (_, entry, changes) => {
    expect(parse(`[${entry}]`)?.entries).toMatchObject([{ changes, valuesMissing: true }]);
  });

  test.each([
    [
      "beside the change itself",
      '{"changed_fields":["security"],"changes":[{"field":"messages"},{"field":"security"}]}',
      2,
    ],
    ["without security", '{"changed_fields":["messages"]}', 0],
    ["that are no list", '{"changed_fields":"security"}', 0],
  ])("%s add nothing", (_, entry, count) => {
    const [parsed] = parse(`[${entry}]`)?.entries ?? [];
    expect(parsed?.valuesMissing).toBe(false);
    expect(parsed?.changes).toHaveLength(count);
  });
});

describe("a number too long for JavaScript", () => {
  function idOf(written: string): unknown {
    return parse(`[{"id":${written}}]`)?.entries[0]?.id;
  }

  test.each(["1234567890123456789", "-1234567890123456789", "9007199254740993"])(
    "%s keeps all its digits, as text",
    (written) => {
      for (const blank of ["", " ", "\n", "\t", "\r"]) expect(idOf(blank + written)).toBe(written);
    },
  );

  test.each([
    ["one that JavaScript holds", "9007199254740991"],
    ["a fraction", "0.12345678901234567890"],
    ["a fraction behind many digits", "12345678901234567890.5"],
    ["an exponent", "12345678901234567890e3"],
  ])("is not %s, nor text that looks like one", (_, written) => {
    const beside = "1234567890123456789";
    const id = `["${beside}",true,null,{"${beside}":1},${written},${beside}]`;
    expect(idOf(id)).toEqual([...JSON.parse(id).slice(0, 5), beside]);
  });

  test("loses digits, and nothing else, where a field is nested too deep to be revived", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const parsed = parse(`[{"id":1234567890123456789,"changes":[{"field":"x","value":${deep}}]}]`);
    expect(parsed?.entries).toMatchObject([{ id: Number("1234567890123456789") }]);
    expect(parsed?.entries[0]?.changes).toHaveLength(1);
  });
});
