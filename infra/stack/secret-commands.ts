/** Shows the verify token and nothing else of the secret. */
export function showVerifyTokenCommand(secretId: string, region: string): string {
  return `${readSecretCommand(secretId, region)} | node -pe '${TOKEN}'`;
}

/** JavaScript without single quotes, since it stands between them. */
const TOKEN = 'JSON.parse(require("fs").readFileSync(0, "utf8")).verifyToken';

function readSecretCommand(secretId: string, region: string): string {
  return `aws secretsmanager get-secret-value ${flags(secretId, region)} --query SecretString --output text`;
}

/**
 * One line for bash or zsh with the AWS CLI and Node: reads the app secret unseen, then writes the
 * secret anew with it in front of the others. It is nobody's argument, so that neither the shell's
 * history nor the list of processes shows it. Whatever fails leaves the secret as it was.
 */
export function setAppSecretCommand(secretId: string, region: string): string {
  const steps = [
    "printf 'App secret: ' && read -rs APP_SECRET && echo",
    `SECRET=$(${readSecretCommand(secretId, region)})`,
    `SECRET=$(printf %s "$SECRET" | APP_SECRET="$APP_SECRET" node -e '${PREPEND}')`,
    `printf %s "$SECRET" | aws secretsmanager put-secret-value ${flags(secretId, region)} --secret-string file:///dev/stdin --query VersionId --output text`,
  ];
  // In parentheses, so that the shell that it is pasted into keeps no variable of it.
  return `(${steps.join(" && ")})`;
}

function flags(secretId: string, region: string): string {
  return `--region ${region} --secret-id ${secretId}`;
}

/** JavaScript as well. */
const PREPEND = [
  'const secret = JSON.parse(require("fs").readFileSync(0, "utf8"))',
  "const appSecret = process.env.APP_SECRET.trim()",
  'if (!/^[0-9a-f]{32}$/.test(appSecret)) { console.error("A Meta app secret has 32 hexadecimal digits."); process.exit(1) }',
  "secret.appSecrets = [...new Set([appSecret, ...(secret.appSecrets ?? [])])]",
  "console.log(JSON.stringify(secret))",
].join("; ");
