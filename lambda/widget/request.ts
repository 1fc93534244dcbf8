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
    v.object({ wabaId: v.string(), eventKey: v.string(), answer: v.picklist(ANSWER_KINDS) }),
  ),
});

export type WidgetRequest = v.InferOutput<typeof Request>;
export type AnswerRequest = NonNullable<WidgetRequest["acknowledge"]>;

/** Undefined for anything else that the function is invoked with. Throws for a wrong button. */
export function parseWidgetRequest(event: unknown): WidgetRequest | "describe" | undefined {
  if (v.is(v.object({ describe: v.literal(true) }), event)) return "describe";
  if (!v.is(v.object({ widgetContext: v.looseObject({}) }), event)) return undefined;
  return v.parse(Request, event);
}
