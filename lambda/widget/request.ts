import * as v from "valibot";
import { ANSWER_KINDS } from "../event/answer.ts";

const THEMES = ["light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/**
 * What CloudWatch invokes a custom widget's function with. A button's own fields are at the top,
 * what a person typed is under `forms.all`.
 * Shape: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
const Request = v.object({
  widgetContext: v.object({
    theme: v.fallback(v.picklist(THEMES), "light"),
    forms: v.fallback(
      v.object({ all: v.fallback(v.object({ name: v.fallback(v.string(), "") }), { name: "" }) }),
      { all: { name: "" } },
    ),
  }),
  acknowledge: v.optional(
    v.object({ wabaId: keyOf(2048), eventKey: keyOf(1024), answer: v.picklist(ANSWER_KINDS) }),
  ),
});

/** A text that DynamoDB takes as a key. */
function keyOf(maxBytes: number) {
  return v.pipe(v.string(), v.minBytes(1), v.maxBytes(maxBytes));
}

export type WidgetRequest = v.InferOutput<typeof Request>;
export type AnswerRequest = NonNullable<WidgetRequest["acknowledge"]>;

/**
 * Undefined for anything that no widget sends: it asks for a run of the watchdog. Never throws, so
 * that a wrong request is no failed run, which would be an alarm.
 */
export function parseWidgetRequest(
  event: unknown,
): WidgetRequest | "describe" | "malformed" | undefined {
  if (v.is(v.object({ describe: v.literal(true) }), event)) return "describe";
  if (typeof event !== "object" || event === null) return undefined;
  if (!("widgetContext" in event || "acknowledge" in event)) return undefined;
  const request = v.safeParse(Request, event);
  return request.success ? request.output : "malformed";
}
