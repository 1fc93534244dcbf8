import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { INCIDENT_PATH, WEBHOOK_PATH } from "../../lambda/shared/names.ts";
import { createDomain } from "./domain.ts";
import { createAccessLogs } from "./logs.ts";
import type { Settings } from "./settings.ts";

export interface Api {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly accessLogs: LogGroup;
  /** `https://` and the host that Meta and people are told. */
  readonly publicUrl: string;
  /** What the domain's CNAME must point to where the stack sets no record. */
  readonly domainTarget?: string;
}

/** The public address, throttled; API Gateway answers 404 to what is not one of the routes. */
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
    throttle: settings.throttle,
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLogs),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
    },
  });
  return { api, stage, accessLogs, ...createDomain(scope, api, stage, settings) };
}

/** Apart from the API, because the function is told the API's address. */
export function addRoutes(api: HttpApi, fn: LambdaFunction): void {
  const integration = new HttpLambdaIntegration("Webhook", fn);
  for (const path of [WEBHOOK_PATH, INCIDENT_PATH]) {
    api.addRoutes({ path, methods: [HttpMethod.GET, HttpMethod.POST], integration });
  }
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
