import type { Page } from "playwright-core";
import type { InvokeWidget } from "../support/widget.ts";

const URL = "https://console.example/cloudwatch";

/**
 * Opens a stand-in of the console, which has no script of the widget's run, takes each `cwdb-action`
 * as that of the element before it, asks for confirmation, and calls the function with the action's
 * fields and what was typed into forms.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
 */
export async function openConsole(page: Page, theme: "light" | "dark", invoke: InvokeWidget) {
  /** What the console asked before it called the function. */
  const confirmations: string[] = [];
  page.on("dialog", async (dialog) => {
    confirmations.push(dialog.message());
    await dialog.accept();
  });
  await page.exposeFunction("invokeWidget", async (fields: object, name: string) => {
    const forms = { all: name === "" ? {} : { name } };
    return invoke({ ...fields, widgetContext: { ...CONTEXT, theme, forms } });
  });
  await page.route(URL, (route) =>
    route.fulfill({ contentType: "text/html", headers: POLICY, body: toPage(theme) }),
  );
  await page.goto(URL);
  const isDone = () => page.waitForSelector("#widget[data-busy=no]");
  await isDone();
  return {
    confirmations,
    /** Presses a button of the widget, and waits for what the function answers. */
    async press(button: string): Promise<void> {
      await page.evaluate("widget.dataset.busy = 'yes'");
      await page.locator("#widget [role=button]", { hasText: button }).first().press("Enter");
      await isDone();
    },
    async refresh(): Promise<void> {
      await page.reload();
      await isDone();
    },
  };
}

/** What else the console sends; nothing of it is secret to the viewer. */
const CONTEXT = {
  dashboardName: "Webhook",
  widgetId: "widget-2",
  accountId: "123456789012",
  locale: "en",
  timezone: { label: "UTC", offsetISO: "+00:00", offsetInMinutes: 0 },
  period: 300,
  isAutoPeriod: true,
  timeRange: { mode: "relative", start: 1, end: 2, relativeStart: 86_400_000 },
  linkCharts: true,
  title: "Which numbers are safe, and who gets alerts?",
  params: {},
  width: 1200,
  height: 500,
};

/** Whatever the widget would load or run is a violation, which a visitor counts as a problem. */
const POLICY = {
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-console'",
};

function toPage(theme: "light" | "dark"): string {
  const [page, card, text] = theme === "light" ? LIGHT : DARK;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>CloudWatch</title>
<style>
body { margin: 0; padding: 12px; background: ${page}; color: ${text}; font: 14px/1.4 sans-serif; }
main { padding: 12px; border-radius: 8px; background: ${card}; }
h1 { margin: 0 0 8px; font-size: 16px; }
cwdb-action { display: none; }
</style>
</head>
<body><main><h1>${CONTEXT.title}</h1><div id="widget"></div></main>
<script nonce="console">${SCRIPT}</script>
</body>
</html>`;
}

const LIGHT = ["#f2f3f3", "#ffffff", "#16191f"] as const;
const DARK = ["#0f1b2a", "#192534", "#eaeded"] as const;

const SCRIPT = `
const widget = document.querySelector("#widget");
async function show(fields) {
  const name = widget.querySelector("form [name=name]")?.value ?? "";
  widget.innerHTML = await invokeWidget(fields, name);
  for (const action of widget.querySelectorAll("cwdb-action")) listen(action);
  widget.dataset.busy = "no";
}
function listen(action) {
  const act = () => {
    if (confirm(action.getAttribute("confirmation"))) show(JSON.parse(action.textContent));
  };
  action.previousElementSibling.addEventListener("click", act);
  action.previousElementSibling.addEventListener("keydown", (event) => {
    if (event.key === "Enter") act();
  });
}
show({});
`;
