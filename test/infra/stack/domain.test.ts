import { describe, expect, test } from "vitest";
import { EVERY_PART, synthesise } from "../../support/synthesise.ts";
import { resolve, toText } from "../../support/template-text.ts";

const { domainName, certificateArn, hostedZoneId } = EVERY_PART;

function outputOf(template: ReturnType<typeof synthesise>["template"], name: string): unknown {
  const output = template.toJSON().Outputs[name];
  return output && toText(output.Value);
}

describe("with a domain of one's own", () => {
  const { template, theOnly } = synthesise({ domainName, certificateArn, hostedZoneId });

  test("the API is mapped to it, with its certificate and no TLS before 1.2", () => {
    expect(resolve(theOnly("AWS::ApiGatewayV2::DomainName").Properties)).toEqual({
      DomainName: domainName,
      DomainNameConfigurations: [
        { CertificateArn: certificateArn, EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2" },
      ],
    });
    expect(resolve(theOnly("AWS::ApiGatewayV2::ApiMapping").Properties)).toEqual({
      ApiId: "<Api>",
      DomainName: "<Domain>",
      Stage: "$default",
    });
  });

  test("the hosted zone gets its record", () => {
    expect(resolve(theOnly("AWS::Route53::RecordSet").Properties)).toEqual({
      HostedZoneId: hostedZoneId,
      Name: "<Domain>",
      Type: "A",
      AliasTarget: {
        DNSName: "<Domain.RegionalDomainName>",
        HostedZoneId: "<Domain.RegionalHostedZoneId>",
      },
    });
    expect(outputOf(template, "DomainTarget")).toBeUndefined();
  });

  test("the callback URL and the links of messages are there", () => {
    expect(outputOf(template, "WebhookUrl")).toBe("https://whatsapp.example.com/webhook");
    const { Variables } = theOnly("AWS::Lambda::Function", "Function").Properties.Environment;
    expect(Variables.PUBLIC_URL).toBe("https://whatsapp.example.com");
  });

  test("API Gateway's own address stays unless a setting says otherwise", () => {
    const stays = theOnly("AWS::ApiGatewayV2::Api").Properties.DisableExecuteApiEndpoint;
    expect(stays).toBe(false);
    const settings = { domainName, certificateArn, defaultEndpoint: "false" };
    const { Properties } = synthesise(settings).theOnly("AWS::ApiGatewayV2::Api");
    expect(Properties.DisableExecuteApiEndpoint).toBe(true);
  });

  test("without a hosted zone an output says where a record must point to", () => {
    const { template, ofType } = synthesise({ domainName, certificateArn });
    expect(ofType("AWS::Route53::RecordSet")).toEqual([]);
    expect(outputOf(template, "DomainTarget")).toBe("<Domain.RegionalDomainName>");
  });
});

describe("without one", () => {
  test("there is neither domain nor mapping nor record, and API Gateway's address stays", () => {
    const { template, ofType, theOnly } = synthesise();
    for (const type of [
      "ApiGatewayV2::DomainName",
      "ApiGatewayV2::ApiMapping",
      "Route53::RecordSet",
    ]) {
      expect(ofType(`AWS::${type}`)).toEqual([]);
    }
    expect(theOnly("AWS::ApiGatewayV2::Api").Properties.DisableExecuteApiEndpoint).toBe(false);
    expect(outputOf(template, "DomainTarget")).toBeUndefined();
  });
});

describe("with a Slack channel", () => {
  const { theOnly, all } = synthesise(EVERY_PART);

  test("both topics are posted there", () => {
    expect(resolve(theOnly("AWS::Chatbot::SlackChannelConfiguration").Properties)).toEqual({
      ConfigurationName: "Webhook",
      SlackWorkspaceId: "T01234567",
      SlackChannelId: "C01234567",
      SnsTopicArns: ["<AlertTopic>", "<OperationsTopic>"],
      IamRoleArn: "<SlackRole.Arn>",
      GuardrailPolicies: ["arn:<AWS::Partition>:iam::aws:policy/AWSDenyAll"],
    });
  });

  test("its members may do nothing in AWS: the role has no policy", () => {
    const [[, role] = []] = Object.entries(all).filter(([id]) => id.startsWith("SlackRole"));
    expect(resolve(role?.Properties)).toEqual({
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Action: "sts:AssumeRole",
            Effect: "Allow",
            Principal: { Service: "chatbot.amazonaws.com" },
          },
        ],
      },
    });
    const policies = Object.values(all).filter(({ Type }) => /^AWS::IAM::.*Policy$/.test(Type));
    expect(JSON.stringify(policies.map(({ Properties }) => Properties.Roles))).not.toMatch(/Slack/);
  });

  test("is optional", () => {
    const { ofType } = synthesise();
    expect(ofType("AWS::Chatbot::SlackChannelConfiguration")).toEqual([]);
  });
});
