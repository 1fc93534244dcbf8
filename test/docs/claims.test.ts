import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { ACKNOWLEDGEMENTS } from "../../infra/stack/acknowledgements.ts";
import { SETTING_NAMES } from "../../infra/stack/settings.ts";
import type { Item } from "../../lambda/event/event-item.ts";
import { synthesise } from "../support/synthesise.ts";
import { ROOT, readDocument, readSection } from "./documents.ts";

const OPERATE = "infra/README.md";

/** Settings that add outputs. */
const MORE_OUTPUTS = {
  protect: true,
  domainName: "whatsapp.example.com",
  certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d",
};

/** The names in code of a table's first column. */
function namesIn(file: string, heading: string): string[] {
  const rows = readSection(file, heading).matchAll(/^\| (`[^|]+) \|/gm);
  return [...rows].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? ""),
  );
}

describe("what the documents say is what the code has", () => {
  test("the settings", () => {
    expect(namesIn(OPERATE, "Settings").sort()).toEqual([...SETTING_NAMES].sort());
  });

  test("the outputs", () => {
    const { Outputs } = synthesise(MORE_OUTPUTS).template.toJSON();
    expect(namesIn("infra/REFERENCE.md", "Outputs").sort()).toEqual(Object.keys(Outputs).sort());
  });

  test("the folders of lambda/", () => {
    const documented = namesIn("lambda/README.md", "The application").filter((n) =>
      n.endsWith("/"),
    );
    const folders = globSync("lambda/*/", { cwd: ROOT }).map((path) => `${path.split("/")[1]}/`);
    expect(documented).toEqual(expect.arrayContaining(folders));
  });

  test("a released item's attributes", () => {
    const { items } = JSON.parse(readDocument("test/release/1.0.0.json")) as { items: Item[] };
    const events = items.filter(({ wabaId }) => /^\d+$/.test(wabaId?.S ?? ""));
    const documented = namesIn("lambda/README.md", "Stored attributes");
    expect(documented).toEqual(expect.arrayContaining(events.flatMap(Object.keys)));
  });

  test("the rules that are acknowledged", () => {
    const documented = namesIn("infra/REVIEW.md", "What security reviewers ask");
    expect(documented.sort()).toEqual(ACKNOWLEDGEMENTS.map(({ rule }) => rule).sort());
  });

  test("npm's scripts", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const all = globSync("{*.md,{infra,lambda,test,.github}/**/*.md}", { cwd: ROOT });
    const text = all.map(readDocument).join("\n");
    const isNamed = (name: string) => new RegExp(`npm (run |--silent )*${name}\\b`).test(text);
    expect(Object.keys(scripts).filter((name) => !isNamed(name))).toEqual([]);
  });
});

/** What DynamoDB and Secrets Manager ask of the key for whoever calls them. */
const BY_SERVICES = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"];

/** What stands in files of lambda/ that commands share, in functions that they do not call. */
const FUNCTIONS_ONLY = ["dynamodb:DeleteItem", "sns:Publish"];

describe("the operator's policy", () => {
  const json = readFileSync(join(ROOT, "infra/policies/operator.json"), "utf8");
  const { Statement } = JSON.parse(json) as {
    Statement: { Sid: string; Action: string | string[] }[];
  };
  const table = readSection("infra/REVIEW.md", "The operator's IAM policy");
  const rows = [...table.matchAll(/^\| (`[^|]+) \| (.+) \|$/gm)].map(([, commands, names]) => ({
    commands: [...(commands ?? "").matchAll(/`([\w-]+)/g)].map(([, name = ""]) => name),
    sids: (names ?? "").match(/\b[A-Z]\w+[a-z][A-Z]\w+/g) ?? [],
  }));

  test("allows what the commands call, and nothing else", () => {
    const actions = Statement.flatMap(({ Action }) => Action);
    const allowed = actions.filter((action) => !BY_SERVICES.includes(action));
    const sent = filesOf("infra/commands/*/main.ts").flatMap(actionsIn);
    const called = new Set(sent.filter((action) => !FUNCTIONS_ONLY.includes(action)));
    expect(allowed.sort()).toEqual([...called].sort());
  });

  test("has each statement in the row of a command", () => {
    const sids = new Set(rows.flatMap((row) => row.sids));
    expect([...sids].sort()).toEqual(Statement.map(({ Sid }) => Sid).sort());
  });

  const opened = filesOf("infra/deployment/open.ts").flatMap(actionsIn);
  const OPERATED = globSync("infra/commands/*", { cwd: ROOT })
    .map((path) => basename(path))
    .filter((name) => name !== "cdk" && name !== "simulate");

  test.each(OPERATED)("has what %s calls in its row", (name) => {
    const sids = rows.filter((row) => row.commands.includes(name)).flatMap((row) => row.sids);
    const statements = Statement.filter(({ Sid }) => sids.includes(Sid));
    const allowed = statements.flatMap(({ Action }) => Action);
    // What opens a stack has clients of everything; a file of the table's claims is shared.
    const shared = [...opened, ...FUNCTIONS_ONLY, ...(name === "status" ? [] : [NAMES_APPS])];
    const called = filesOf(`infra/commands/${name}/main.ts`).flatMap(actionsIn);
    const own = called.filter((action) => !shared.includes(action));
    expect(own.filter((action) => !allowed.includes(action))).toEqual([]);
    expect(allowed).toContain("cloudformation:DescribeStacks");
  });
});

/** Only `status --known-app` writes an item. */
const NAMES_APPS = "dynamodb:PutItem";

/** These files and all that they import, as far as it is ours. */
function filesOf(pattern: string): string[] {
  const files = new Set(globSync(pattern, { cwd: ROOT }));
  for (const file of files) {
    const imports = readFileSync(join(ROOT, file), "utf8").matchAll(/from "(\.[^"]+)"/g);
    for (const [, name = ""] of imports) files.add(normalize(join(dirname(file), name)));
  }
  return [...files].filter((file) => existsSync(join(ROOT, file)));
}

/** The IAM actions of a file's requests: what `new XCommand(` or `paginateX(` of a client asks. */
function actionsIn(file: string): string[] {
  const source = readFileSync(join(ROOT, file), "utf8");
  const imports = [
    ...source.matchAll(/import (?!type)\{([^}]+)\} from "@aws-sdk\/client-([\w-]+)"/g),
  ];
  return imports.flatMap(([, names = "", client = ""]) => {
    const found = [...names.matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b(?!Input|Output)/g)];
    return found.map(([, paged, sent]) =>
      `${client.replace("-", "")}:${paged ?? sent}`.replace(/:Invoke$/, ":InvokeFunction"),
    );
  });
}
