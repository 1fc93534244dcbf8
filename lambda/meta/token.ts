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
  readonly isValid: boolean;
  readonly scopes: readonly string[];
  /** WhatsApp Business accounts that the token was given; empty: all, or not told. */
  readonly wabaIds: readonly string[];
}

export const PERMISSION = "whatsapp_business_management";

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
async function inspectToken(graph: Graph, { token, app }: SystemUser): Promise<TokenFacts> {
  try {
    const { data } = await graph.send({
      method: "GET",
      path: "/debug_token",
      token: toAppToken(app),
      params: { input_token: token },
      answer: TokenAnswer,
    });
    const granular = data.granular_scopes.find(({ scope }) => scope === PERMISSION);
    return { isValid: data.is_valid, scopes: data.scopes, wabaIds: granular?.target_ids ?? [] };
  } catch (error) {
    throw explain(
      error,
      `The system-user token was not made for app ${app.id}: generate one in Business settings, System users, for this app with the permission ${PERMISSION}`,
    );
  }
}

/** Throws a MetaError unless the token is valid and may manage WhatsApp accounts. */
export async function requireUsableToken(graph: Graph, user: SystemUser): Promise<TokenFacts> {
  const facts = await inspectToken(graph, user);
  if (!facts.isValid) {
    throw new MetaError(
      "The system-user token is no longer valid: generate a new one in Business settings, System users.",
    );
  }
  if (!facts.scopes.includes(PERMISSION)) {
    throw new MetaError(
      `The system-user token lacks the permission ${PERMISSION}: generate one with it in Business settings, System users.`,
    );
  }
  return facts;
}
