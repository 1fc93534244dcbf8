import {
  DYNAMODB_ERRORS,
  type Moment,
  snsError,
  startAwsProxy,
  type Verdict,
} from "../support/aws-proxy.ts";
import type { Fault, Service } from "./plan.ts";

export type FaultProxy = Awaited<ReturnType<typeof startFaultProxy>>;

interface FaultProxyDeps {
  readonly service: Service;
  /** Where the service is. */
  readonly target: string;
  readonly toFault: (number: number) => Fault | undefined;
  /** Called at each moment of every request. */
  readonly onMoment: (moment: Moment) => void;
}

const THROTTLED = {
  dynamodb: DYNAMODB_ERRORS.throttling,
  sns: snsError(400, "Throttling"),
} as const;

/** Stands between the application and a service, and lets requests through, or does not. */
export async function startFaultProxy({ service, target, toFault, onMoment }: FaultProxyDeps) {
  /** The fault of each request, if any. */
  const faults: (Fault | undefined)[] = [];
  const proxy = await startAwsProxy(target);
  proxy.onMoment = onMoment;
  proxy.decide = () => {
    const fault = toFault(faults.length);
    faults.push(fault);
    return toVerdict(fault, service);
  };
  return {
    url: proxy.url,
    faults,
    toLine: () => `${service}: ${proxy.countOpen()} requests open`,
    stop: proxy.stop,
  };
}

function toVerdict(fault: Fault | undefined, service: Service): Verdict {
  switch (fault) {
    case "refuse":
      return "cut";
    case "cut":
      return "cut after";
    case "throttle":
      return THROTTLED[service];
    default:
      return fault ?? "pass";
  }
}
