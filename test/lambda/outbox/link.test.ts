import { expect, test } from "vitest";
import { toIncidentLink, toLinkQuery } from "../../../lambda/outbox/link.ts";
import { securityEvent } from "../../support/notices.ts";
import { CODE, storedAlert } from "../../support/outbox-world.ts";

const publicUrl = "https://hooks.example.com";
const QUERY = `w=1%26c%3D2+%C3%A9&k=0000001795489920%23d92d31e174b62c1a&c=${CODE}`;

test.each([
  ["names the event and carries the code of its incident, escaped", CODE, publicUrl, true],
  ["is none where the deployment has no public address", CODE, undefined, false],
  ["is none where its public address is empty", CODE, "", false],
  ["is none where the event has no incident", "", publicUrl, false],
])("the link on which people answer %s", (_, incidentCode, address, isThere) => {
  const stored = storedAlert({ event: securityEvent({ wabaId: "1&c=2 é" }), incidentCode });
  const link = toIncidentLink(stored, { publicUrl: address });
  expect(link).toBe(isThere ? `${publicUrl}/incident?${QUERY}` : undefined);
});

test("the link of an event without a code proves nothing", () => {
  expect(toLinkQuery(storedAlert())).toMatch(/&c=$/);
});
