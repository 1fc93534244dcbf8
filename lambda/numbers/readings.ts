import { parseJson } from "../shared/json.ts";
import type { PinState } from "./known.ts";

/** What Meta said of an account's numbers, out of the watchdog's memory of it; leniently. */
export function parseReadings(memory: string | undefined): readonly PinState[] {
  const { pins } = Object(parseJson(memory ?? ""));
  if (!Array.isArray(pins)) return [];
  return pins.flatMap((pin: unknown) => {
    const [displayPhoneNumber, isPinEnabled, at]: unknown[] = Array.isArray(pin) ? pin : [];
    const isReading =
      typeof displayPhoneNumber === "string" &&
      typeof isPinEnabled === "boolean" &&
      typeof at === "number";
    return isReading ? [{ displayPhoneNumber, isPinEnabled, at }] : [];
  });
}
