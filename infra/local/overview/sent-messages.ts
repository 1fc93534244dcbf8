import { type DeliveredAlert, followAlerts } from "../alert-feed.ts";
import type { LocalTopics } from "../engines/topics.ts";

const MOST = 10;

/** Keeps what subscribers got since the start, in memory as the topic itself is. */
export async function keepSentMessages(topics: LocalTopics) {
  const closing = new AbortController();
  const queue = {
    sqsEndpoint: topics.endpoint,
    queueUrl: await topics.subscribeToAllForms("overview"),
  };
  let messages: readonly DeliveredAlert[] = [];
  const following = followAlerts(
    queue,
    (message) => {
      messages = [message, ...messages].slice(0, MOST);
    },
    closing.signal,
  );
  return {
    newestFirst: () => messages,
    async stop() {
      closing.abort();
      await following;
    },
  };
}
