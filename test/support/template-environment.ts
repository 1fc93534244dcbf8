import { LAMBDA_ENVIRONMENT } from "./fresh-process.ts";
import { EVERY_PART, synthesise } from "./synthesise.ts";
import { resolve } from "./template-text.ts";

const { TABLE_NAME: _, ALERT_TOPIC_ARN: __, SECRET_ID: ___, ...OF_LAMBDA } = LAMBDA_ENVIRONMENT;

/**
 * The environment that the template gives a function (`Function` or `Watchdog`), with what Lambda
 * itself adds. A resource is its logical id in angle brackets, such as `<AlertTopic>`.
 */
export function toTemplateEnvironment(id: string): Readonly<Record<string, string>> {
  const { Environment } = synthesise(EVERY_PART).theOnly("AWS::Lambda::Function", id).Properties;
  return { ...OF_LAMBDA, ...resolve(Environment.Variables) };
}
