import { randomInt } from "node:crypto";

const DIGITS = 6;

/** A random PIN that nobody would try first. `random(limit)` is a whole number below the limit. */
export function newPin(random: (limit: number) => number = randomInt): string {
  for (;;) {
    const pin = String(random(10 ** DIGITS)).padStart(DIGITS, "0");
    if (!isGuessable(pin)) return pin;
  }
}

/** Few digits, one half twice, digits in a row, or a date: a tenth of all PINs. */
export function isGuessable(pin: string): boolean {
  const hasFewDigits = new Set(pin).size < 3;
  const isRepeated = pin === pin.slice(0, 3).repeat(2);
  return hasFewDigits || isRepeated || isRun(pin) || isDate(pin);
}

/** 123456, 890123, 654321, 135791: each digit as far from the one before. */
function isRun(pin: string): boolean {
  const digits = [...pin].map(Number);
  const steps = digits.slice(1).map((digit, index) => (digit - (digits[index] ?? 0) + 10) % 10);
  return new Set(steps).size === 1;
}

/** Day, month and year in any usual order. */
function isDate(pin: string): boolean {
  const [first, second, third] = [pin.slice(0, 2), pin.slice(2, 4), pin.slice(4)].map(Number);
  return isDay(first, second) || isDay(second, first) || isDay(third, second);
}

function isDay(day = 0, month = 0): boolean {
  return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}
