import { createHmac } from "node:crypto";
import * as v from "valibot";
import { Success } from "./app.ts";
import type { Graph, GraphRequest } from "./graph.ts";
import { explain } from "./graph-error.ts";
import type { SystemUser } from "./token.ts";

export interface SubscribedApp {
  readonly id: string;
  readonly name: string;
}

export interface PhoneNumber {
  readonly id: string;
  readonly displayPhoneNumber: string;
  /** Whether two-step verification is on; undefined where Meta does not say. */
  readonly isPinEnabled: boolean | undefined;
}

const Paging = v.optional(
  v.object({
    cursors: v.optional(v.object({ after: v.optional(v.string()) })),
    next: v.optional(v.string()),
  }),
);

const AppsAnswer = v.object({
  data: v.array(
    v.object({
      whatsapp_business_api_data: v.object({
        id: v.string(),
        name: v.optional(v.string(), "without a name"),
      }),
    }),
  ),
  paging: Paging,
});

/** Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/solution-providers/manage-webhooks */
export async function readSubscribedApps(
  graph: Graph,
  user: SystemUser,
  wabaId: string,
): Promise<readonly SubscribedApp[]> {
  const data = await readPages(graph, user, wabaId, {
    path: `/${wabaId}/subscribed_apps`,
    answer: AppsAnswer,
  });
  return data.map((entry) => entry.whatsapp_business_api_data);
}

/** Subscribes the token's app to the account. Source: see `readSubscribedApps`. */
export async function subscribeAccount(
  graph: Graph,
  user: SystemUser,
  wabaId: string,
): Promise<void> {
  await sendFor(graph, user, wabaId, {
    method: "POST",
    path: `/${wabaId}/subscribed_apps`,
    answer: Success,
  });
}

const NumbersAnswer = v.object({
  data: v.array(
    v.object({
      id: v.string(),
      display_phone_number: v.optional(v.string(), "without a number"),
      is_pin_enabled: v.optional(v.boolean()),
    }),
  ),
  paging: Paging,
});

/** Source: https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/phone_numbers */
export async function readPhoneNumbers(
  graph: Graph,
  user: SystemUser,
  wabaId: string,
  fields = "id,display_phone_number,is_pin_enabled",
): Promise<readonly PhoneNumber[]> {
  const data = await readPages(graph, user, wabaId, {
    path: `/${wabaId}/phone_numbers`,
    params: { fields },
    answer: NumbersAnswer,
  });
  return data.map(({ id, display_phone_number, is_pin_enabled }) => ({
    id,
    displayPhoneNumber: display_phone_number,
    isPinEnabled: is_pin_enabled,
  }));
}

interface Page<T> {
  readonly data: readonly T[];
  readonly paging?: v.InferOutput<typeof Paging>;
}

/** All pages of a list. Source: https://developers.facebook.com/docs/graph-api/results */
async function readPages<T>(
  graph: Graph,
  user: SystemUser,
  wabaId: string,
  { params, ...request }: Pick<GraphRequest<Page<T>>, "path" | "params" | "answer">,
): Promise<T[]> {
  const found: T[] = [];
  const seen = new Set<string | undefined>();
  let after: string | undefined;
  do {
    seen.add(after);
    const page = { ...params, limit: "100", ...(after && { after }) };
    const { data, paging } = await sendFor(graph, user, wabaId, {
      ...request,
      method: "GET",
      params: page,
    });
    found.push(...data);
    const next = paging?.next === undefined ? undefined : paging.cursors?.after;
    // Cursors that go in a circle would be asked for ever.
    after = seen.has(next) ? undefined : next;
  } while (after !== undefined);
  return found;
}

/** The proof that apps may require of calls made with a user's token. */
export function toProof({ token, app }: SystemUser): { readonly appsecret_proof: string } {
  return { appsecret_proof: createHmac("sha256", app.secret).update(token).digest("hex") };
}

async function sendFor<T>(
  graph: Graph,
  user: SystemUser,
  wabaId: string,
  request: Omit<GraphRequest<T>, "token">,
): Promise<T> {
  try {
    const params = { ...request.params, ...toProof(user) };
    return await graph.send({ ...request, token: user.token, params });
  } catch (error) {
    throw explain(
      error,
      `The system-user token may not use account ${wabaId}: give the system user this account in Business settings, System users, Assign assets`,
    );
  }
}
