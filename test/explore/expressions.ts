import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lambda/event/event-item.ts";

/** What an expression is about: the item, and its `:values`. */
export type Operand = (item: Item, values: Item) => AttributeValue | undefined;

/** What DynamoDB answers with a ValidationException: the expression does not fit this item. */
export class ExpressionMismatch extends Error {
  override readonly name = "ExpressionMismatch";
}

/** An expression's words, one after the other. */
export interface Reader {
  peek(): string | undefined;
  take(): string;
  expect(word: string): void;
  accept(word: string): boolean;
  /** An error that quotes the expression. */
  fail(reason: string): Error;
  /** The same for an expression that does not fit an item. */
  mismatch(reason: string): ExpressionMismatch;
}

const WORD = /\s*([A-Za-z_]\w*|:\w+|<=|>=|[<>=(),])/y;

/** Splits an expression into words; what DynamoDB's grammar has and this one lacks throws. */
function toWords(expression: string): string[] {
  const words: string[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < expression.trimEnd().length) {
    const at = WORD.lastIndex;
    const word = WORD.exec(expression)?.[1];
    if (!word) throw new Error(`The stand-in can't read "${expression}" at ${at}`);
    words.push(word);
  }
  return words;
}

export function createReader(expression: string): Reader {
  const words = toWords(expression);
  const fail = (reason: string) => new Error(`"${expression}": ${reason}`);
  const take = () => {
    const word = words.shift();
    if (word === undefined) throw fail("it ends too early");
    return word;
  };
  return {
    peek: () => words[0],
    take,
    fail,
    mismatch: (reason) => new ExpressionMismatch(`"${expression}": ${reason}`),
    expect(word) {
      const found = take();
      if (found !== word) throw fail(`${word} expected, ${found} found`);
    },
    accept(word) {
      const isThere = words[0] === word;
      if (isThere) words.shift();
      return isThere;
    },
  };
}

/** An attribute's name. */
export function readName(reader: Reader): string {
  const name = reader.take();
  if (!/^[A-Za-z_]/.test(name)) throw reader.fail(`a name expected, ${name} found`);
  if (reader.peek() === "(") throw reader.fail(`the stand-in does not know ${name}()`);
  return name;
}

/** An attribute's name, or a `:value` that must have been given. */
export function readNameOrValue(reader: Reader): Operand {
  if (!reader.peek()?.startsWith(":")) {
    const name = readName(reader);
    return (item) => item[name];
  }
  const value = reader.take();
  return (_, values) => {
    if (values[value] === undefined) throw reader.fail(`no value given for ${value}`);
    return values[value];
  };
}

/** For parsing each expression once. */
export function memoized<T>(parse: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const value = known.get(text) ?? parse(text);
    known.set(text, value);
    return value;
  };
}

export interface Named {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
}

/** The expression with the names that its `#placeholders` stand for. */
export function withNames(expression: string, { ExpressionAttributeNames = {} }: Named): string {
  return expression.replace(/#\w+/g, (placeholder) => {
    const name = ExpressionAttributeNames[placeholder];
    if (name === undefined) throw new Error(`"${expression}": no name given for ${placeholder}`);
    return name;
  });
}
