import { readQuickOverview } from "../checks/read-overview.ts";
import { maskEndpoint } from "../facts/subscribers.ts";
import type { WatchedSystem } from "../facts/system.ts";
import { toDigits } from "../numbers/number-state.ts";
import { html } from "../page/html.ts";
import type { Notice } from "../page/overview-parts.ts";
import { toNoticeLine, toOverviewParts } from "../page/overview-parts.ts";
import { toOverviewStyle } from "../page/overview-style.ts";
import { toColors } from "../page/style.ts";
import { toActions } from "./actions.ts";
import { type AnswerDeps, answerAlert } from "./answer.ts";
import { explain, FAILURES } from "./failures.ts";
import type { AnswerRequest, Theme, WidgetRequest } from "./request.ts";

export interface WidgetDeps extends AnswerDeps {
  readonly system: WatchedSystem;
  /** ARN by which the function was invoked: the buttons' target. */
  readonly endpoint: string;
}

/** What CloudWatch shows: markup as a string, or an object with markdown. */
export type WidgetAnswer = string | { readonly markdown: string };

/** Never throws: an error would leave an empty place on the dashboard. */
export async function answerWidget(
  request: WidgetRequest | "describe" | "malformed",
  deps: WidgetDeps,
): Promise<WidgetAnswer> {
  if (request === "describe") return { markdown: DESCRIPTION };
  if (request === "malformed") {
    deps.log.write({ level: "WARN", message: "widget request not understood" });
    return toWidget("light", toNoticeLine(FAILURES.malformed));
  }
  const { widgetContext, acknowledge } = request;
  const notice = acknowledge && (await answer(acknowledge, widgetContext.forms.all.name, deps));
  return toWidget(widgetContext.theme, await toContent(notice, deps));
}

async function answer(given: AnswerRequest, name: string, deps: WidgetDeps): Promise<Notice> {
  try {
    return await answerAlert(given, name, deps);
  } catch (error) {
    return explain("unstored", error, deps.log);
  }
}

async function toContent(notice: Notice | undefined, deps: WidgetDeps) {
  const { system, endpoint, now } = deps;
  try {
    return toOverviewParts({
      overview: await readQuickOverview(system, now()),
      toNumber: maskNumber,
      toActions: (number, at) => toActions(number, endpoint, at),
      asksName: true,
      notice,
    });
  } catch (error) {
    const failure = toNoticeLine(explain("unreadable", error, deps.log));
    return notice ? html`${toNoticeLine(notice)}${failure}` : failure;
  }
}

/** Dashboards are shared and shown on walls: enough to know the number by. */
function maskNumber(displayPhoneNumber: string): string {
  const digits = toDigits(displayPhoneNumber);
  return maskEndpoint("sms", /^\d+$/.test(digits) ? `+${digits}` : displayPhoneNumber);
}

/** A form, because the console sends on what was typed into one; CloudWatch's own style is off. */
function toWidget(theme: Theme, content: ReturnType<typeof html>): string {
  const style = `
.widget { color-scheme: ${theme};
${toColors(theme)}
  padding: .75rem 1rem 1rem; border-radius: .5rem; background: var(--page);
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
${toOverviewStyle()}`;
  return html`<style>${{ markup: style }}</style>
<div class="cwdb-no-default-styles widget overview"><form>
${content}
</form></div>`.markup;
}

const DESCRIPTION = `# WhatsApp numbers

Shows each number with its state, since when, and what happened last; alerts that nobody has answered, with buttons to answer; checks that failed or could not run; and the subscribers. The worst comes first.

Takes no parameters. Viewers need \`lambda:InvokeFunction\` on this function: with it they see the widget and may answer alerts, under the name that they type.
`;
