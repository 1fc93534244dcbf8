import * as v from "valibot";
import type { Graph } from "./graph.ts";
import { explain } from "./graph-error.ts";

/** A Meta app with the secret that proves we may speak for it. */
export interface App {
  readonly id: string;
  readonly secret: string;
}

/** What an app is subscribed to, for the one object that matters here. */
export interface Subscription {
  readonly callbackUrl: string;
  readonly active: boolean;
  readonly fields: readonly string[];
  /** Meta's documentation does not list it in this answer: undefined where it is missing. */
  readonly includeValues: boolean | undefined;
}

const OBJECT = "whatsapp_business_account";
export const FIELD = "security";

/** Source: https://developers.facebook.com/documentation/facebook-login/guides/access-tokens#apptokens */
export function toAppToken({ id, secret }: App): string {
  return `${id}|${secret}`;
}

const AppNode = v.object({ id: v.string(), name: v.optional(v.string(), "without a name") });

/** The app's name. Throws a MetaError when the secret is not this app's. */
export async function verifyApp(graph: Graph, app: App): Promise<string> {
  try {
    const node = await graph.send({
      method: "GET",
      path: `/${app.id}`,
      token: toAppToken(app),
      params: { fields: "id,name" },
      answer: AppNode,
    });
    return node.name;
  } catch (error) {
    throw explain(error, (code) => toAppSentence(code, app.id));
  }
}

/** Invalid OAuth 2.0 access token; for an app's own token: its secret does not match its id. */
export const INVALID_TOKEN = 190;
const INVALID_APP = 101;

function toAppSentence(code: number, id: string): string {
  if (code === INVALID_TOKEN) {
    return `This is not the app secret of app ${id}: copy it from developers.facebook.com, your app, App settings, Basic`;
  }
  if (code === INVALID_APP) {
    return `Meta knows no app ${id}: the app id stands at the top of the app's page on developers.facebook.com`;
  }
  return `Meta would not show app ${id}`;
}

const SubscriptionList = v.object({
  data: v.array(
    v.object({
      object: v.string(),
      callback_url: v.optional(v.string(), ""),
      active: v.optional(v.boolean(), false),
      fields: v.optional(
        v.array(
          v.union([
            v.string(),
            v.pipe(
              v.object({ name: v.string() }),
              v.transform(({ name }) => name),
            ),
          ]),
        ),
        [],
      ),
      include_values: v.optional(v.boolean()),
    }),
  ),
});

/** Source: https://developers.facebook.com/docs/graph-api/webhooks/subscriptions-edge */
export async function readSubscription(graph: Graph, app: App): Promise<Subscription | undefined> {
  const request = {
    method: "GET",
    path: `/${app.id}/subscriptions`,
    token: toAppToken(app),
  } as const;
  const { data } = await graph.send({ ...request, answer: SubscriptionList }).catch((error) => {
    throw explain(error, `Meta would not show the subscriptions of app ${app.id}`);
  });
  const found = data.find(({ object }) => object === OBJECT);
  return (
    found && {
      callbackUrl: found.callback_url,
      active: found.active,
      fields: found.fields,
      includeValues: found.include_values,
    }
  );
}

export interface SubscriptionWish {
  readonly callbackUrl: string;
  readonly verifyToken: string;
  readonly fields: readonly string[];
}

/** Meta documents "true" as text. */
export const Success = v.object({ success: v.union([v.literal(true), v.literal("true")]) });

const CALLBACK_FAILED = 2200;

/**
 * Subscribes the app, values included; Meta makes its handshake with the callback URL meanwhile.
 * Source: https://developers.facebook.com/docs/graph-api/reference/app/subscriptions
 */
export async function subscribeApp(graph: Graph, app: App, wish: SubscriptionWish): Promise<void> {
  try {
    await graph.send({
      method: "POST",
      path: `/${app.id}/subscriptions`,
      token: toAppToken(app),
      params: {
        object: OBJECT,
        callback_url: wish.callbackUrl,
        verify_token: wish.verifyToken,
        fields: wish.fields.join(","),
        include_values: "true",
      },
      answer: Success,
    });
  } catch (error) {
    throw explain(error, (code) =>
      code === CALLBACK_FAILED
        ? `Meta's handshake with ${wish.callbackUrl} failed: see what \`npm run status\` says of it`
        : "Meta refused the subscription",
    );
  }
}
