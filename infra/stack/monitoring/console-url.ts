import { Aws, CfnMapping } from "aws-cdk-lib";
import type { Construct } from "constructs";

/** The console's host in each partition. */
const HOSTS = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

/** A page of CloudWatch's console in the stack's region, whatever the partition. */
export function toCloudWatchUrl(scope: Construct, page: string): string {
  const mapping = Object.fromEntries(
    Object.entries(HOSTS).map(([partition, host]) => [partition, { host }]),
  );
  const hosts = new CfnMapping(scope, "Consoles", { mapping });
  const host = hosts.findInMap(Aws.PARTITION, "host");
  return `https://${host}/cloudwatch/home?region=${Aws.REGION}#${page}`;
}
