import { App } from "aws-cdk-lib";
import { parseSettings, type Settings, SettingsError } from "./stack/settings.ts";
import { SecurityWebhookStack } from "./stack/stack.ts";

/** The settings in CDK's context; a bad one ends the program with a sentence on stderr. */
function readSettings(app: App): Settings {
  try {
    return parseSettings(app.node.getAllContext());
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

const app = new App();
const settings = readSettings(app);
new SecurityWebhookStack(app, settings.stackName, { settings });
