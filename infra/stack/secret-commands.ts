/** Shows the verify token and nothing else of the secret. */
export function showVerifyTokenCommand(secretId: string, region: string): string {
  const query = "--query SecretString --output text";
  return `aws secretsmanager get-secret-value ${flags(secretId, region)} ${query} | node -pe '${TOKEN}'`;
}

/** JavaScript without single quotes, since it stands between them. */
const TOKEN = 'JSON.parse(require("fs").readFileSync(0, "utf8")).verifyToken';

/**
 * One line for bash or zsh with the AWS CLI and Node: reads the app secret unseen, then writes the
 * secret again with it in front of the others. It is nobody's argument, so that neither the shell's
 * history nor the list of processes shows it. Whatever fails leaves the secret as it was; so does
 * another write meanwhile, because the label AWSCURRENT is moved from the version that was read.
 */
export function setAppSecretCommand(secretId: string, region: string): string {
  const at = flags(secretId, region);
  const steps = [
    "printf 'App secret: ' && read -rs APP_SECRET && echo",
    `READ=$(aws secretsmanager get-secret-value ${at} --query '{version:VersionId,text:SecretString}' --output json)`,
    `OLD=$(printf %s "$READ" | node -pe '${VERSION}')`,
    `SECRET=$(printf %s "$READ" | APP_SECRET="$APP_SECRET" node -e '${PREPEND}')`,
    `NEW=$(printf %s "$SECRET" | aws secretsmanager put-secret-value ${at} --secret-string file:///dev/stdin --version-stages OPERATOR --query VersionId --output text)`,
    `aws secretsmanager update-secret-version-stage ${at} --version-stage AWSCURRENT --remove-from-version-id "$OLD" --move-to-version-id "$NEW" --query Name --output text`,
  ];
  // In parentheses, so that the shell that it is pasted into keeps no variable of it.
  return `(${steps.join(" && ")})`;
}

function flags(secretId: string, region: string): string {
  return `--region ${region} --secret-id ${secretId}`;
}

/** JavaScript as well. */
const VERSION = 'JSON.parse(require("fs").readFileSync(0, "utf8")).version';

const PREPEND = [
  'const secret = JSON.parse(JSON.parse(require("fs").readFileSync(0, "utf8")).text)',
  "const appSecret = process.env.APP_SECRET.trim()",
  'if (!/^[0-9a-f]{32}$/.test(appSecret)) { console.error("A Meta app secret has 32 hexadecimal digits."); process.exit(1) }',
  "secret.appSecrets = [...new Set([appSecret, ...(secret.appSecrets ?? [])])]",
  "console.log(JSON.stringify(secret))",
].join("; ");
