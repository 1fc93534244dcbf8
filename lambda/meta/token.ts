import * as v from "valibot";
import { type App, toAppToken } from "./app.ts";
import type { Graph } from "./graph.ts";
import { explain, MetaError } from "./graph-error.ts";

/** A system user's token, and the app that it was made for. */
export interface SystemUser {
  readonly token: string;
  readonly app: App;
}

export interface TokenFacts {
  /** WhatsApp Business accounts that the token was given; empty: all, or Meta does not say. */
  readonly wabaIds: readonly string[];
  /** Whether it may set a PIN; of another permission the token is useless, and an error is thrown. */
  readonly canSetPins: boolean;
}

/** To see accounts, their apps and numbers; setting a PIN needs the second one, too. */
export const PERMISSION = "whatsapp_business_management";
export const PIN_PERMISSION = "whatsapp_business_messaging";

/** What does not work without it. */
export const WITHOUT_PIN_PERMISSION = `The system-user token lacks the permission ${PIN_PERMISSION}: it can see the accounts, but npm run protect cannot set a PIN with it.`;

const TokenAnswer = v.object({
  data: v.object({
    is_valid: v.optional(v.boolean(), false),
    scopes: v.optional(v.array(v.string()), []),
    granular_scopes: v.optional(
      v.array(v.object({ scope: v.string(), target_ids: v.optional(v.array(v.string()), []) })),
      [],
    ),
  }),
});

/**
 * What the token may do. Throws a MetaError when it was made for another app: that one would be
 * subscribed in place of ours.
 * Source: https://developers.facebook.com/docs/graph-api/reference/debug_token
 */
async function inspectToken(graph: Graph, { token, app }: SystemUser) {
  try {
    const { data } = await graph.send({
      method: "GET",
      path: "/debug_token",
      token: toAppToken(app),
      params: { input_token: token },
      answer: TokenAnswer,
    });
    return data;
  } catch (error) {
    throw explain(
      error,
      `The system-user token was not made for app ${app.id}: generate one in Business settings, System users, for this app with the permissions ${PERMISSION} and ${PIN_PERMISSION}`,
    );
  }
}

/** Throws a MetaError unless the token is valid and may manage WhatsApp accounts. */
export async function requireUsableToken(graph: Graph, user: SystemUser): Promise<TokenFacts> {
  const { is_valid, scopes, granular_scopes } = await inspectToken(graph, user);
  if (!is_valid) {
    throw new MetaError(
      "The system-user token is no longer valid: generate a new one in Business settings, System users.",
    );
  }
  if (!scopes.includes(PERMISSION)) {
    throw new MetaError(
      `The system-user token lacks the permission ${PERMISSION}, so that neither accounts nor numbers can be seen: generate one with it in Business settings, System users.`,
    );
  }
  const granular = granular_scopes.find(({ scope }) => scope === PERMISSION);
  return { wabaIds: granular?.target_ids ?? [], canSetPins: scopes.includes(PIN_PERMISSION) };
}
