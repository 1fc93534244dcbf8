import { describe, expect, test } from "vitest";
import { EVERY_SUBSCRIBER, synthesise } from "../../support/synthesise.ts";

type Arn = string | { Ref?: string; "Fn::GetAtt"?: [string, string]; "Fn::Join"?: [string, Arn[]] };

/** `dynamodb:Query Events/index/outbox`: an action and the resource by its id in the stack. */
function toGrants(settings: Readonly<Record<string, unknown>> = EVERY_SUBSCRIBER): string[] {
  const { theOnly } = synthesise(settings);
  const policy = theOnly("AWS::IAM::ManagedPolicy");
  return policy.Properties.PolicyDocument.Statement.flatMap(
    (statement: { Effect: string; Action: string | string[]; Resource: Arn | Arn[] }) => {
      expect(statement.Effect).toBe("Allow");
      const resources = [statement.Resource].flat().map(toName);
      return [statement.Action]
        .flat()
        .flatMap((action) => resources.map((on) => `${action} ${on}`));
    },
  ).sort();
}

/** Logical ids end in eight digits of a hash. */
function toName(arn: Arn): string {
  if (typeof arn === "string") return arn;
  if (arn["Fn::Join"]) return arn["Fn::Join"][1].map(toName).join(arn["Fn::Join"][0]);
  return (arn.Ref ?? arn["Fn::GetAtt"]?.[0] ?? "").replace(/[0-9A-F]{8}$/, "");
}

const GRANTS = [
  "dynamodb:PutItem Events",
  "dynamodb:Query Events/index/outbox",
  "dynamodb:UpdateItem Events",
  "kms:Decrypt Key",
  "kms:GenerateDataKey Key",
  "logs:CreateLogStream FunctionLogs",
  "logs:PutLogEvents FunctionLogs",
  "secretsmanager:GetSecretValue Secret",
  "sns:Publish AlertTopic",
  // Where Lambda itself, in the function's name, puts a tick that failed.
  "sqs:SendMessage DeadLetters",
];

describe("the function's role", () => {
  const { theOnly, all } = synthesise(EVERY_SUBSCRIBER);

  test("may do exactly this", () => {
    expect(toGrants()).toEqual(GRANTS);
  });

  test("may do nothing with a resource or an action that is a pattern", () => {
    expect(toGrants().filter((grant) => grant.includes("*"))).toEqual([]);
  });

  test("may use the key only through the services that encrypt with it", () => {
    const policy = theOnly("AWS::IAM::ManagedPolicy");
    const [statement] = policy.Properties.PolicyDocument.Statement.filter(
      ({ Action }: { Action: string | string[] }) => Action.includes("kms:Decrypt"),
    );
    const services = statement.Condition.StringEquals["kms:ViaService"].map(toName);
    expect(services).toEqual([
      "dynamodb.AWS::Region.amazonaws.com",
      "sns.AWS::Region.amazonaws.com",
      "secretsmanager.AWS::Region.amazonaws.com",
      "sqs.AWS::Region.amazonaws.com",
    ]);
  });

  test("has that one policy, and there is no other role or policy", () => {
    const types = Object.values(all).filter(({ Type }) => Type.startsWith("AWS::IAM::"));
    expect(types.map(({ Type }) => Type).sort()).toEqual([
      "AWS::IAM::ManagedPolicy",
      "AWS::IAM::Role",
    ]);
    const role = theOnly("AWS::IAM::Role");
    expect(role.Properties.Policies).toBeUndefined();
    expect(role.Properties.ManagedPolicyArns).toEqual([
      { Ref: expect.stringMatching(/^FunctionPolicy/) },
    ]);
    expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: "sts:AssumeRole",
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
      },
    ]);
  });

  test("may read an existing secret and use its key, and no secret besides", () => {
    const secretArn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:meta/app-AbCdEf";
    const secretKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";
    const others = GRANTS.filter((grant) => !grant.startsWith("secretsmanager:"));
    expect(toGrants({ secretArn, secretKeyArn })).toEqual(
      [
        ...others,
        `kms:Decrypt ${secretKeyArn}`,
        `secretsmanager:GetSecretValue ${secretArn}`,
      ].sort(),
    );
  });
});

describe("who may call the function", () => {
  test("is the API's two routes and the relay's rule", () => {
    const { ofType } = synthesise();
    const callers = ofType("AWS::Lambda::Permission").map(({ Properties }) => Properties);
    expect(callers.map(({ Principal }) => Principal).sort()).toEqual([
      "apigateway.amazonaws.com",
      "apigateway.amazonaws.com",
      "events.amazonaws.com",
    ]);
    for (const { SourceArn } of callers) expect(SourceArn).toBeDefined();
  });
});
