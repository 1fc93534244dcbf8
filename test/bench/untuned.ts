/** Stands in for `lambda/shared/sdk-tuning.ts` in the bundles that ours is compared with. */
export const TUNED = {};

export function tune<Client>(client: Client): Client {
  return client;
}
