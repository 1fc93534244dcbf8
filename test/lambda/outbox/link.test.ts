import { describe, expect, test } from "vitest";
import { toExpiry } from "../../../lambda/event/event-item.ts";
import { toIncidentLink, toLinkQuery } from "../../../lambda/outbox/link.ts";
import { securityEvent } from "../../support/notices.ts";
import { CODE, storedAlert } from "../../support/outbox-world.ts";

const stored = storedAlert({ incidentCode: CODE });
const publicUrl = "https://hooks.example.com";
const QUERY = `w=102290129340398&k=0000001795489920%23d92d31e174b62c1a&c=${CODE}`;

describe("the link on which people answer", () => {
  test("names the event and carries the code of its incident, all of it escaped", () => {
    expect(toIncidentLink(stored, { publicUrl })).toBe(`${publicUrl}/incident?${QUERY}`);
    const odd = storedAlert({ event: securityEvent({ wabaId: "1&c=2 é" }), incidentCode: CODE });
    expect(toLinkQuery(odd)).toMatch(/^w=1%26c%3D2\+%C3%A9&k=/);
  });

  test.each([
    ["the deployment has no public address", stored, {}],
    ["its public address is empty", stored, { publicUrl: "" }],
    ["the event has no incident", storedAlert(), { publicUrl }],
  ])("is none where %s", (_, alert, config) => {
    expect(toIncidentLink(alert, config)).toBeUndefined();
  });

  test("of an event without a code proves nothing", () => {
    expect(toLinkQuery(storedAlert())).toBe(QUERY.replace(CODE, ""));
  });
});

describe("an event that is over expires", () => {
  test("so many days after its receipt, counted from its whole second", () => {
    const receivedAt = "2026-11-24T03:12:01.999Z";
    const expiresAt = { N: String(1_795_489_921 + 30 * 86_400) };
    expect(toExpiry(securityEvent({ receivedAt }), 30)).toEqual({ expiresAt });
  });

  test("never where no retention is set", () => {
    expect(toExpiry(securityEvent(), undefined)).toEqual({});
  });
});
