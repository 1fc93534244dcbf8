import { describe, expect, test } from "vitest";
import { endsAlert, isAskedByLink, isConfirmed } from "../../../lambda/event/answer.ts";
import { toEventWords } from "../../../lambda/event/event-words.ts";
import {
  MANAGER_URL,
  type StepSettings,
  toCommandLine,
  toPhone,
  toSteps,
} from "../../../lambda/event/steps.ts";
import { toAnswerWords, toNumber, toSaidWords } from "../../../lambda/event/words.ts";
import { ANSWER, securityEvent } from "../../support/notices.ts";

test.each([
  ["15550783881", "+15550783881", "15550783881"],
  ["12345", "+12345", "12345"],
  ["123456789012345", "+123456789012345", "123456789012345"],
  ["1234", "1234", undefined],
  ["1234567890123456", "1234567890123456", undefined],
  ["+1 555-078-3881", "+1 555-078-3881", "15550783881"],
  ["x15550783881", "x15550783881", "15550783881"],
  ["", "a number that Meta did not name", undefined],
  [undefined, "a number that Meta did not name", undefined],
])(
  "a number that came as %j is written as %j, in a command as %j",
  (displayPhoneNumber, text, phone) => {
    const event = displayPhoneNumber === undefined ? {} : { displayPhoneNumber };
    expect([toNumber(event), toPhone(event)]).toEqual([text, phone]);
  },
);

describe("an event", () => {
  test.each(["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS", "PIN_CHANGED"])(
    "%s has words of its own",
    (event) => {
      expect(toEventWords({ event }).title).not.toContain(event);
      expect(toEventWords({ event }).anchor).not.toBe("unknown-event");
    },
  );

  test.each([
    ["NUMBER_MOVED_OUT", "NUMBER_MOVED_OUT"],
    ["A <b>é.1-2", "A ?b??.1-2"],
    ["N".repeat(31), "N".repeat(30)],
    ["", "without a name"],
    [undefined, "without a name"],
    ["constructor", "constructor"],
  ])("of the unknown name %j is called %s, and what to do is said", (event, name) => {
    expect(toEventWords(event === undefined ? {} : { event })).toEqual({
      title: `Security event ${name}`,
      short: `security event ${name}`,
      noun: "other event",
      sms: `security event ${name}`,
      order: "Look at it now",
      happened: `Meta reports a security event that this system does not know: ${name}.`,
      meaning: 'What it means is in Meta\'s documentation of the "security" webhook.',
      pinStep:
        "Is the number still yours, with two-step verification on? If none of you did this, set a new PIN:",
      moreSteps: ["Secure the logins to your Business Suite."],
      anchor: "unknown-event",
    });
  });
});

describe("the steps of an event", () => {
  const { pinStep, moreSteps } = toEventWords({ event: "PIN_CHANGED" });
  const event = securityEvent({ event: "PIN_CHANGED" });
  const more = moreSteps.map((text) => ({ text }));
  const AS = '--as "YOUR NAME"';

  test.each<[StepSettings, string, string?]>([
    [{}, `npm run protect -- --phone 15550783881 ${AS}`, "npm run connect -- --keep-token"],
    [
      { stackName: "Hooks", dataFlags: " --data x" },
      `npm run protect -- --stack Hooks --phone 15550783881 ${AS}`,
      "npm run connect -- --stack Hooks --keep-token",
    ],
    [
      { dataFlags: " --data x", protect: true },
      `npm run protect -- --data x --phone 15550783881 ${AS}`,
    ],
  ])("have with the settings %j the command %s", (settings, command, keepToken) => {
    const note = "It asks for a token. With the setting protect it needs none, after:";
    const manager = expect.stringMatching(/^Or in WhatsApp Manager, .* Change PIN/);
    const pin = { command, ...(keepToken && { note, keepToken }), manager };
    expect(toSteps(event, settings)).toEqual([{ text: pinStep, pin }, ...more]);
    expect(toCommandLine(settings)("protect")).toBe(command.replace(/( --)? --phone.*/, ""));
  });

  test("have one command for several numbers, each once, and none for what is no number", () => {
    const of = (...numbers: string[]) => {
      const [first = event, ...others] = numbers.map((displayPhoneNumber) => {
        return { ...event, displayPhoneNumber };
      });
      return toSteps(first, {}, others)[0]?.pin;
    };
    const command = `npm run protect -- --phone 15550783881 --phone 15550783882 ${AS}`;
    expect(of("hidden", "15550783881", "15550783882", "+15550783881")).toMatchObject({ command });
    expect(of("hidden", "1234")).toEqual({
      manager: expect.stringMatching(/^In WhatsApp Manager, .* Change PIN/),
    });
    expect(MANAGER_URL).toBe("https://business.facebook.com/wa/manage/phone-numbers/");
  });
});

describe("an answer", () => {
  test.each([
    ["planned", true],
    ["handling", false],
    ["pin-set", true],
    ["moved", true],
    ["reopen", false],
  ] as const)("%s ends the alert: %s, and is said in its own words", (answer, ends) => {
    expect(endsAlert(answer)).toBe(ends);
    expect(toSaidWords({ ...ANSWER, answer })).toBe(toAnswerWords(answer));
  });

  test.each([
    ["link", "203.0.113.7", false, false],
    ["terminal", "terminal", true, false],
    ["dashboard", "dashboard", true, false],
    ["protect", "protect", true, false],
    ["protect", "203.0.113.7", true, true],
  ] as const)("of origin %s, from %s: confirmed %s, asked for by link %s", (...given) => {
    const [origin, from, confirmed, byLink] = given;
    const answer = { ...ANSWER, answer: "pin-set", origin, from } as const;
    expect([isConfirmed(answer), isAskedByLink(answer)]).toEqual([confirmed, byLink]);
    const said = byLink ? "a new PIN is set, asked for by link" : "the PIN is set again";
    expect(toSaidWords(answer).said).toBe(said);
  });
});
