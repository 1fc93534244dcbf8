import * as v from "valibot";
import type { Graph, GraphRequest } from "../../lambda/meta/graph.ts";

type Sent = Omit<GraphRequest<unknown>, "answer">;

/** Meta's client with these answers, in order; an error is thrown. What was asked is noted. */
export function fakeGraph(...answers: readonly unknown[]) {
  const sent: Sent[] = [];
  const left = [...answers];
  const graph: Graph = {
    baseUrl: "https://graph.example",
    async send({ answer, ...request }) {
      sent.push(request);
      if (left.length === 0) throw new Error("No further request is expected");
      const given = left.shift();
      if (given instanceof Error) throw given;
      return v.parse(answer, given);
    },
  };
  return { graph, sent };
}
