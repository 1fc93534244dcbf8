import { UserError } from "../../cli/errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws a UserError when npm or the CDK CLI would drop a setting without a word. */
export function assertSettingsArrive(args: readonly string[], env: Environment): void {
  const [action = "deploy"] = args;
  assertNotSwallowed(action, env);
  const names = args.flatMap((arg, index) => toSettingName(arg, args[index - 1]) ?? []);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new UserError(
    `The setting ${twice} is given twice, and CDK keeps only the last: give its items in one, with commas between them, such as -c ${twice}=a,b.`,
  );
}

/** npm takes `-c` for its own --call, which then breaks the `npx` in cdk.json. */
function assertNotSwallowed(action: string, env: Environment): void {
  const { npm_lifecycle_event, npm_config_call: call, npm_config_context: context } = env;
  if (npm_lifecycle_event !== action || !(call || context)) return;
  const setting = call || (context === "true" ? "name=value" : context);
  throw new UserError(
    `npm kept the setting for itself: put "--" before it.\nnpm run ${action} -- -c ${setting}`,
  );
}

function toSettingName(arg: string, before: string | undefined): string | undefined {
  const isValue = before === "-c" || before === "--context";
  const setting = isValue ? arg : /^(?:-c|--context)=?(.+)$/.exec(arg)?.[1];
  return setting?.includes("=") ? setting.split("=")[0] : undefined;
}
