import { App } from "aws-cdk-lib";
import { parseSettings, SettingsError, toGivenSettings } from "./stack/settings.ts";
import { SecurityWebhookStack, type SecurityWebhookStackProps } from "./stack/stack.ts";

/** The settings in CDK's context; a bad one ends the program with a sentence on stderr. */
function readSettings(app: App): SecurityWebhookStackProps {
  const context = app.node.getAllContext();
  try {
    return { settings: parseSettings(context), given: toGivenSettings(context) };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

const app = new App();
const props = readSettings(app);
new SecurityWebhookStack(app, props.settings.stackName, props);
