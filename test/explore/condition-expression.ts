import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lambda/event/event-item.ts";
import {
  createReader,
  memoized,
  type Operand,
  type Reader,
  readName,
  readNameOrValue,
} from "./expressions.ts";

export type Condition = (item: Item, values: Item) => boolean;

/** condition = all { OR all }; all = one { AND one }; one = ( condition ) | test */
export const parseCondition = memoized((expression: string): Condition => {
  const reader = createReader(expression);
  const condition = readAny(reader);
  if (reader.peek() !== undefined) throw reader.fail("it goes on after its end");
  return condition;
});

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
  if (reader.accept("attribute_exists")) return readExistence(reader, true);
  if (reader.accept("attribute_not_exists")) return readExistence(reader, false);
  return readComparison(reader);
}

function readExistence(reader: Reader, isWanted: boolean): Condition {
  reader.expect("(");
  const name = readName(reader);
  reader.expect(")");
  return (item) => (item[name] !== undefined) === isWanted;
}

function readComparison(reader: Reader): Condition {
  const left = readOperand(reader);
  const operator = reader.take();
  if (!(operator in COMPARISONS)) throw reader.fail(`unknown comparison ${operator}`);
  const right = readOperand(reader);
  return (item, values) => compare(operator, left(item, values), right(item, values));
}

function readOperand(reader: Reader): Operand {
  if (!reader.accept("size")) return readNameOrValue(reader);
  reader.expect("(");
  const name = readName(reader);
  reader.expect(")");
  return (item) => {
    const size = item[name]?.L?.length ?? item[name]?.S?.length;
    return size === undefined ? undefined : { N: String(size) };
  };
}

const COMPARISONS: Readonly<Record<string, (difference: number) => boolean>> = {
  "=": (difference) => difference === 0,
  "<": (difference) => difference < 0,
  "<=": (difference) => difference <= 0,
  ">": (difference) => difference > 0,
  ">=": (difference) => difference >= 0,
};

/** An absent attribute, or one of another type, compares with nothing. */
function compare(operator: string, left?: AttributeValue, right?: AttributeValue): boolean {
  const difference = toDifference(left, right);
  return difference !== undefined && COMPARISONS[operator]?.(difference) === true;
}

function toDifference(left?: AttributeValue, right?: AttributeValue): number | undefined {
  if (left?.N !== undefined && right?.N !== undefined) return Number(left.N) - Number(right.N);
  if (left?.BOOL !== undefined && right?.BOOL !== undefined) {
    return Number(left.BOOL) - Number(right.BOOL);
  }
  if (left?.S === undefined || right?.S === undefined) return undefined;
  return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
}
