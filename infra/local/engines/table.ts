import type { CreateTableCommandInput, GlobalSecondaryIndex } from "@aws-sdk/client-dynamodb";
import { INDEXES, OUTBOX_ATTRIBUTES, TABLE } from "../../../lambda/shared/item-names.ts";

/** The event table as the stack defines it, for engines that are not deployed to. */
export function toTableDefinition(tableName: string): CreateTableCommandInput {
  const indexes = Object.values(INDEXES);
  const texts = [TABLE.partitionKey, TABLE.sortKey, ...indexes.map((index) => index.partitionKey)];
  const numbers = new Set(indexes.map((index) => index.sortKey));
  return {
    TableName: tableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      ...texts.map((AttributeName) => ({ AttributeName, AttributeType: "S" as const })),
      ...[...numbers].map((AttributeName) => ({ AttributeName, AttributeType: "N" as const })),
    ],
    KeySchema: toKeySchema(TABLE),
    GlobalSecondaryIndexes: indexes.map(toIndexDefinition),
  };
}

type Index = (typeof INDEXES)[keyof typeof INDEXES];

function toIndexDefinition(index: Index): GlobalSecondaryIndex {
  const isOutbox = index.name === INDEXES.outbox.name;
  return {
    IndexName: index.name,
    KeySchema: toKeySchema(index),
    Projection: isOutbox
      ? { ProjectionType: "INCLUDE", NonKeyAttributes: [...OUTBOX_ATTRIBUTES] }
      : { ProjectionType: "ALL" },
  };
}

function toKeySchema({ partitionKey, sortKey }: { partitionKey: string; sortKey: string }) {
  return [
    { AttributeName: partitionKey, KeyType: "HASH" as const },
    { AttributeName: sortKey, KeyType: "RANGE" as const },
  ];
}
