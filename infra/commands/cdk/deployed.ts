import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from "@aws-sdk/client-cloudformation";
import * as v from "valibot";
import { parseDeployedSettings } from "../../../lambda/facts/settings.ts";
import { isAccessDenied } from "../../../lambda/shared/sentence.ts";
import { UserError } from "../../cli/errors.ts";
import { SETTINGS_METADATA } from "../../stack/kept-settings.ts";
import type { TopicSubscriber } from "./subscribers.ts";

/** The stack as it is deployed now. */
export interface DeployedStack {
  readonly subscribers: readonly TopicSubscriber[];
  /** Its settings as they were given; undefined: it was deployed before they were kept. */
  readonly given: Readonly<Record<string, unknown>> | undefined;
}

const Template = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    Metadata: v.optional(
      v.object({ [SETTINGS_METADATA]: v.optional(v.record(v.string(), v.unknown())) }),
    ),
  }),
);

/**
 * Undefined if no stack of this name was ever deployed whole in this account and region: what a
 * failed first deploy left has subscribed nobody.
 */
export async function readDeployed(
  cloudformation: CloudFormationClient,
  stackName: string,
): Promise<DeployedStack | undefined> {
  const body = await readTemplate(cloudformation, stackName);
  if (body === undefined) return undefined;
  const given = v.parse(Template, body).Metadata?.[SETTINGS_METADATA];
  const { expected } = parseDeployedSettings(body);
  return {
    given,
    subscribers: [
      ...expected.alert.map(({ endpoint }) => ({ address: endpoint, gets: "alerts" }) as const),
      ...expected.operations.map(
        ({ endpoint }) => ({ address: endpoint, gets: "alarms" }) as const,
      ),
      ...(typeof given?.slackChannelId === "string"
        ? [{ address: given.slackChannelId, gets: "alerts and alarms" } as const]
        : []),
    ],
  };
}

/** Of stacks that were never there, or are going. */
const NOT_DEPLOYED = /^(CREATE_FAILED|ROLLBACK_|REVIEW_IN_PROGRESS|DELETE_)/;

async function readTemplate(
  cloudformation: CloudFormationClient,
  StackName: string,
): Promise<string | undefined> {
  try {
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    if (Stacks.every(({ StackStatus = "" }) => NOT_DEPLOYED.test(StackStatus))) return undefined;
    const command = new GetTemplateCommand({ StackName, TemplateStage: "Processed" });
    return (await cloudformation.send(command)).TemplateBody || undefined;
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    if (!isAccessDenied(error)) throw error;
    throw new UserError(
      "Nothing was deployed: these AWS credentials may not read the deployed template (cloudformation:DescribeStacks, cloudformation:GetTemplate), so that nobody can say whom the deploy would unsubscribe. Allow it, or use npx cdk deploy, which does not look.",
    );
  }
}
