import type { Item } from "../../lambda/event/event-item.ts";
import {
  createReader,
  memoized,
  type Operand,
  type Reader,
  readName,
  readNameOrValue,
} from "./expressions.ts";

export type Update = (item: Item, values: Item) => Item;

/** The attribute's new value, given the whole item as it was; undefined removes it. */
interface Step {
  readonly name: string;
  readonly value: Operand;
}

const CLAUSES: Readonly<Record<string, (reader: Reader) => Step>> = {
  SET: readSet,
  REMOVE: (reader) => ({ name: readName(reader), value: () => undefined }),
  ADD: readAdd,
};

/** update = { SET name = value, … | REMOVE name, … | ADD name :value, … } */
export const parseUpdate = memoized((expression: string): Update => {
  const reader = createReader(expression);
  const steps: Step[] = [];
  while (reader.peek() !== undefined) {
    const clause = reader.take();
    const readStep = CLAUSES[clause];
    if (!readStep) throw reader.fail(`unknown clause ${clause}`);
    do steps.push(readStep(reader));
    while (reader.accept(","));
  }
  const names = steps.map(({ name }) => name);
  if (new Set(names).size < names.length) throw reader.fail("two changes of one attribute");
  return (item, values) => change(item, values, steps);
});

/** Every value is worked out from the item as it was before. */
function change(item: Item, values: Item, steps: readonly Step[]): Item {
  const changed = new Map(Object.entries(item));
  for (const { name, value } of steps) {
    const next = value(item, values);
    if (next) changed.set(name, next);
    else changed.delete(name);
  }
  return Object.fromEntries(changed);
}

function readSet(reader: Reader): Step {
  const name = readName(reader);
  reader.expect("=");
  return { name, value: mustExist(readOperand(reader), reader) };
}

function readAdd(reader: Reader): Step {
  const name = readName(reader);
  const amount = readNameOrValue(reader);
  return {
    name,
    value: (item, values) => {
      const [before, more] = [item[name] ?? { N: "0" }, amount(item, values)];
      if (before.N === undefined || more?.N === undefined) {
        throw reader.mismatch("it adds no numbers");
      }
      return { N: String(Number(before.N) + Number(more.N)) };
    },
  };
}

function readOperand(reader: Reader): Operand {
  if (reader.accept("if_not_exists")) {
    reader.expect("(");
    const name = readName(reader);
    reader.expect(",");
    const fallback = readOperand(reader);
    reader.expect(")");
    return (item, values) => item[name] ?? fallback(item, values);
  }
  if (!reader.accept("list_append")) return readNameOrValue(reader);
  reader.expect("(");
  const first = readOperand(reader);
  reader.expect(",");
  const second = readOperand(reader);
  reader.expect(")");
  return (item, values) => {
    const [before, after] = [first(item, values)?.L, second(item, values)?.L];
    if (!before || !after) throw reader.mismatch("list_append needs two lists");
    return { L: [...before, ...after] };
  };
}

/** DynamoDB refuses to set an attribute to one that is absent. */
function mustExist(operand: Operand, reader: Reader): Operand {
  return (item, values) => {
    const value = operand(item, values);
    if (!value) throw reader.mismatch("an attribute is set to one that is absent");
    return value;
  };
}
