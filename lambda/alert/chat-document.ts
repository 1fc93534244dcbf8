import * as v from "valibot";

/**
 * What `https` subscribers receive: the custom notification of Amazon Q Developer in chat
 * applications, which drops silently whatever is not its schema.
 * Source: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export const ChatDocumentSchema = v.strictObject({
  version: v.literal("1.0"),
  source: v.literal("custom"),
  id: v.string(),
  content: v.strictObject({
    textType: v.literal("client-markdown"),
    title: v.string(),
    description: v.pipe(v.string(), v.minLength(1)),
    nextSteps: v.array(v.string()),
    keywords: v.array(v.string()),
  }),
  metadata: v.strictObject({
    threadId: v.pipe(v.string(), v.description("One for each number, so that its messages thread")),
    summary: v.string(),
    eventType: v.string(),
    relatedResources: v.array(v.string()),
    additionalContext: v.pipe(
      v.record(v.string(), v.string()),
      v.description("The fields of the alert document, as texts"),
    ),
    enableCustomActions: v.boolean(),
  }),
});

export type ChatDocument = v.InferOutput<typeof ChatDocumentSchema>;
