import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  type CfnApi,
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  type ThrottleSettings,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct, IDependable } from "constructs";
import { INCIDENT_PATH, WEBHOOK_PATH } from "../../lambda/shared/names.ts";
import { createDomain } from "./domain.ts";
import { createAccessLogs } from "./logs.ts";
import type { Settings } from "./settings.ts";

export interface Api {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly accessLogs: LogGroup;
  /** `https://` and the host that Meta and people are given. */
  readonly publicUrl: string;
  /** What the domain's CNAME must point to where the stack sets no record. */
  readonly domainTarget?: string;
  /** What an account may refuse, such as a name that is taken elsewhere. */
  readonly refusable: readonly IDependable[];
}

/** The public address; API Gateway answers 404 to what is not one of the routes. */
export function createApi(scope: Construct, key: Key, settings: Settings): Api {
  const accessLogs = createAccessLogs(scope, key);
  const api = new HttpApi(scope, "Api", {
    description: "Address of the WhatsApp security webhook",
    createDefaultStage: false,
    disableExecuteApiEndpoint: !settings.defaultEndpoint,
  });
  const stage = new HttpStage(scope, "Stage", {
    httpApi: api,
    stageName: "$default",
    autoDeploy: true,
    throttle: PAGE_THROTTLE,
    ...(settings.accessLog && {
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    }),
  });
  const { refusable, ...address } = createDomain(scope, api, stage, settings);
  // Not the API with its routes, which lead to the function, which needs the table.
  const first = [api.node.defaultChild as CfnApi, accessLogs, ...refusable];
  return { api, stage, accessLogs, ...address, refusable: first };
}

/** People open an alert's page, and Meta's handshake comes when somebody sets the callback URL. */
const PAGE_THROTTLE: ThrottleSettings = { rateLimit: 10, burstLimit: 40 };

/**
 * Apart from the API, because the function is given the API's address. Each route has a throttle of
 * its own, so that a flood of one path turns nobody away from another.
 */
export function addRoutes({ api, stage }: Api, fn: LambdaFunction, settings: Settings): void {
  const integration = new HttpLambdaIntegration("Webhook", fn);
  const throttles: Record<string, object> = {};
  for (const path of [WEBHOOK_PATH, INCIDENT_PATH]) {
    const methods = [HttpMethod.GET, HttpMethod.POST];
    const routes = api.addRoutes({ path, methods, integration });
    // CloudFormation refuses settings of a route that does not exist yet.
    stage.node.addDependency(...routes);
    for (const method of methods) {
      const isDelivery = path === WEBHOOK_PATH && method === HttpMethod.POST;
      throttles[`${method} ${path}`] = toLimits(isDelivery ? settings.throttle : PAGE_THROTTLE);
    }
  }
  (stage.node.defaultChild as CfnStage).routeSettings = throttles;
}

function toLimits({ rateLimit, burstLimit }: ThrottleSettings) {
  return { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit };
}

/** Never the query string: the verify token and an incident's code travel in it. */
const ACCESS_LOG = {
  requestId: "$context.requestId",
  requestTime: "$context.requestTime",
  ip: "$context.identity.sourceIp",
  routeKey: "$context.routeKey",
  status: "$context.status",
  latency: "$context.responseLatency",
  integrationError: "$context.integrationErrorMessage",
};
