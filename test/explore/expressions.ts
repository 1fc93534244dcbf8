import type { Item } from "../../lambda/outbox/event-item.ts";

export type Condition = (item: Item, values: Item) => boolean;
export type Update = (item: Item, values: Item) => Item;

const WORD = /\s*(attribute_not_exists|[A-Za-z_]\w*|:\w+|<=|>=|[<>=(),])/y;

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

interface Reader {
  peek(): string | undefined;
  take(): string;
  expect(word: string): void;
  accept(word: string): boolean;
}

function createReader(expression: string): Reader {
  const words = toWords(expression);
  const take = () => {
    const word = words.shift();
    if (word === undefined) throw new Error(`The expression "${expression}" ends too early`);
    return word;
  };
  return {
    peek: () => words[0],
    take,
    expect(word) {
      const found = take();
      if (found !== word) throw new Error(`"${expression}": ${word} expected, ${found} found`);
    },
    accept(word) {
      const isThere = words[0] === word;
      if (isThere) words.shift();
      return isThere;
    },
  };
}

/** condition = all { OR all }; all = one { AND one }; one = ( condition ) | test */
export function parseCondition(expression: string): Condition {
  const reader = createReader(expression);
  const condition = readAny(reader);
  if (reader.peek() !== undefined) throw new Error(`"${expression}" goes on after its end`);
  return condition;
}

function readAny(reader: Reader): Condition {
  const parts = [readAll(reader)];
  while (reader.accept("OR")) parts.push(readAll(reader));
  return (item, values) => parts.some((part) => part(item, values));
}

function readAll(reader: Reader): Condition {
  const parts = [readTest(reader)];
  while (reader.accept("AND")) parts.push(readTest(reader));
  return (item, values) => parts.every((part) => part(item, values));
}

function readTest(reader: Reader): Condition {
  if (reader.accept("(")) {
    const inner = readAny(reader);
    reader.expect(")");
    return inner;
  }
  if (reader.accept("attribute_not_exists")) {
    reader.expect("(");
    const name = reader.take();
    reader.expect(")");
    return (item) => item[name] === undefined;
  }
  const name = reader.take();
  const operator = reader.take();
  const value = reader.take();
  return (item, values) => compares(item[name], operator, values[value]);
}

/** An absent attribute, or one of another type, compares with nothing. */
function compares(left: Item[string] | undefined, operator: string, right?: Item[string]): boolean {
  const difference = toDifference(left, right);
  if (difference === undefined) return false;
  if (operator === "=") return difference === 0;
  if (operator === "<") return difference < 0;
  throw new Error(`The stand-in does not know the comparison ${operator}`);
}

function toDifference(left?: Item[string], right?: Item[string]): number | undefined {
  if (left?.N !== undefined && right?.N !== undefined) return Number(left.N) - Number(right.N);
  if (left?.S === undefined || right?.S === undefined) return undefined;
  return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
}

const CLAUSES = ["SET", "REMOVE", "ADD"];

/** update = { SET name = :value, … | REMOVE name, … | ADD name :value, … } */
export function parseUpdate(expression: string): Update {
  const reader = createReader(expression);
  const steps: Update[] = [];
  while (reader.peek() !== undefined) {
    const clause = reader.take();
    if (!CLAUSES.includes(clause)) throw new Error(`"${expression}": unknown clause ${clause}`);
    do steps.push(readStep(clause, reader));
    while (reader.accept(","));
  }
  return (item, values) => steps.reduce((result, step) => step(result, values), item);
}

function readStep(clause: string, reader: Reader): Update {
  const name = reader.take();
  if (clause === "REMOVE") return ({ [name]: _, ...rest }) => rest;
  if (clause === "SET") reader.expect("=");
  const value = reader.take();
  if (clause === "SET") return (item, values) => withValue(item, name, values[value]);
  return (item, values) => {
    const sum = Number(item[name]?.N ?? 0) + Number(values[value]?.N);
    return withValue(item, name, { N: String(sum) });
  };
}

function withValue(item: Item, name: string, value: Item[string] | undefined): Item {
  if (!value) throw new Error(`No value given for ${name}`);
  return { ...item, [name]: value };
}
