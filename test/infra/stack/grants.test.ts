import { describe, expect, test } from "vitest";
import { EVERY_SUBSCRIBER, synthesise } from "../../support/synthesise.ts";
import { resolve, toText } from "../../support/template-text.ts";

type Arn = string | object;

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

/** `<Events.Arn>/index/outbox` as `Events/index/outbox`. */
function toName(arn: Arn): string {
  return toText(arn).replace(/^<(\w+?)(?:\.Arn)?>/, "$1");
}

const GRANTS = [
  // One read for a request of the incident page, whoever asks.
  "dynamodb:GetItem Events",
  "dynamodb:PutItem Events",
  // What happened to the number since, and its open events.
  "dynamodb:Query Events/index/byDisplayPhoneNumber",
  "dynamodb:Query Events/index/outbox",
  "dynamodb:UpdateItem Events",
  "kms:Decrypt Key",
  "kms:GenerateDataKey Key",
  "logs:CreateLogStream FunctionLogs",
  "logs:PutLogEvents FunctionLogs",
  "secretsmanager:GetSecretValue Secret",
  "sns:Publish AlertTopic",
];

const SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:meta/app-AbCdEf";

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
    expect(statement.Condition.StringEquals["kms:ViaService"].map(toText)).toEqual([
      "dynamodb.<AWS::Region>.<AWS::URLSuffix>",
      "sns.<AWS::Region>.<AWS::URLSuffix>",
      "secretsmanager.<AWS::Region>.<AWS::URLSuffix>",
    ]);
    expect(Object.keys(statement.Condition)).toEqual(["StringEquals"]);
  });

  test("may use an existing secret's key only through Secrets Manager", () => {
    const secretKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";
    const { theOnly } = synthesise({ secretArn: SECRET_ARN, secretKeyArn });
    const { Statement } = theOnly("AWS::IAM::ManagedPolicy").Properties.PolicyDocument;
    const [statement] = Statement.filter(
      ({ Resource }: { Resource: Arn }) => Resource === secretKeyArn,
    );
    expect(resolve(statement.Condition)).toEqual({
      StringEquals: { "kms:ViaService": ["secretsmanager.<AWS::Region>.<AWS::URLSuffix>"] },
    });
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
    const secretKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";
    const others = GRANTS.filter((grant) => !grant.startsWith("secretsmanager:"));
    expect(toGrants({ secretArn: SECRET_ARN, secretKeyArn })).toEqual(
      [
        ...others,
        `kms:Decrypt ${secretKeyArn}`,
        `secretsmanager:GetSecretValue ${SECRET_ARN}`,
      ].sort(),
    );
  });
});

describe("who may call the function", () => {
  test("is the API's four routes and the relay's rule", () => {
    const { ofType } = synthesise();
    const callers = ofType("AWS::Lambda::Permission").map(({ Properties }) => Properties);
    const api = "arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<Api>";
    expect(
      callers.map((caller) => `${caller.Principal} ${toText(caller.SourceArn)}`).sort(),
    ).toEqual([
      `apigateway.amazonaws.com ${api}/*/*/incident`,
      `apigateway.amazonaws.com ${api}/*/*/incident`,
      `apigateway.amazonaws.com ${api}/*/*/webhook`,
      `apigateway.amazonaws.com ${api}/*/*/webhook`,
      "events.amazonaws.com <RelayRule.Arn>",
    ]);
    for (const { Action, FunctionName } of callers) {
      expect(`${Action} ${toText(FunctionName)}`).toBe("lambda:InvokeFunction <Function.Arn>");
    }
  });
});
