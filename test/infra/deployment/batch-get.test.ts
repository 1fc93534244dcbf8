import { expect, test } from "vitest";
import { readItems } from "../../../infra/deployment/batch-get.ts";
import { text } from "../../../lambda/event/event-item.ts";

test("keys that DynamoDB leaves unprocessed are asked for again, a hundred in a request", async () => {
  const sizes: number[] = [];
  const send = async ({ input }: { input: { RequestItems: { t: { Keys: object[] } } } }) => {
    const { Keys, ...rest } = input.RequestItems.t;
    sizes.push(Keys.length);
    const left = Keys.slice(60);
    return {
      Responses: { t: Keys.slice(0, 60) },
      ...(left.length > 0 && { UnprocessedKeys: { t: { ...rest, Keys: left } } }),
    };
  };
  const source = { dynamodb: { send } as never, tableName: "t" };
  const keys = Array.from({ length: 130 }, (_, index) => ({ id: text(String(index)) }));
  expect(await readItems(source, keys)).toEqual(keys);
  expect(sizes).toEqual([100, 40, 30]);
});
