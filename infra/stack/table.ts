import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
} from "aws-cdk-lib/aws-dynamodb";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { INDEXES, OUTBOX_ATTRIBUTES, TABLE } from "../../lambda/shared/item-names.ts";

const { outbox, ...queryIndexes } = INDEXES;

/** The history of security events, which outlives the stack, and the outbox of their alerts. */
export function createTable(scope: Construct, key: Key): Table {
  const table = new Table(scope, "Events", {
    partitionKey: { name: TABLE.partitionKey, type: AttributeType.STRING },
    sortKey: { name: TABLE.sortKey, type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: key,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    timeToLiveAttribute: TABLE.ttl,
  });
  for (const index of Object.values(queryIndexes)) {
    table.addGlobalSecondaryIndex({ ...toIndexKeys(index), projectionType: ProjectionType.ALL });
  }
  table.addGlobalSecondaryIndex({
    ...toIndexKeys(outbox),
    projectionType: ProjectionType.INCLUDE,
    nonKeyAttributes: [...OUTBOX_ATTRIBUTES],
  });
  return table;
}

function toIndexKeys(index: (typeof INDEXES)[keyof typeof INDEXES]) {
  return {
    indexName: index.name,
    partitionKey: { name: index.partitionKey, type: AttributeType.STRING },
    sortKey: { name: index.sortKey, type: AttributeType.NUMBER },
  };
}
