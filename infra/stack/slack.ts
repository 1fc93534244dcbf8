import { Stack } from "aws-cdk-lib";
import { SlackChannelConfiguration } from "aws-cdk-lib/aws-chatbot";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { Settings } from "./settings.ts";

/**
 * Posts both topics to a Slack channel by Amazon Q Developer in chat applications, whose console
 * must have been let into the workspace once. What the channel's members may do in AWS from there is
 * nothing: the role has no policy, and the guardrail would deny everything if somebody gave it one.
 * An account has one configuration for a channel: a second one is refused.
 */
export function createSlackChannel(
  scope: Construct,
  settings: Settings,
  topics: Topic[],
): Construct[] {
  const { slackWorkspaceId, slackChannelId } = settings;
  if (!slackWorkspaceId || !slackChannelId) return [];
  const channel = new SlackChannelConfiguration(scope, "SlackChannel", {
    slackChannelConfigurationName: Stack.of(scope).stackName,
    slackWorkspaceId,
    slackChannelId,
    notificationTopics: topics,
    role: new Role(scope, "SlackRole", {
      assumedBy: new ServicePrincipal("chatbot.amazonaws.com"),
    }),
    guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName("AWSDenyAll")],
  });
  return [channel];
}
