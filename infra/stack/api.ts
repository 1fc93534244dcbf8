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
import { WEBHOOK_PATH } from "../../lambda/shared/names.ts";
import { createLogGroup } from "./logs.ts";
import type { Settings } from "./settings.ts";

export interface Api {
  readonly api: HttpApi;
  readonly accessLogs: LogGroup;
}

/** The URL that Meta knows: two routes, throttled; API Gateway answers 404 to everything else. */
export function createApi(
  scope: Construct,
  key: Key,
  fn: LambdaFunction,
  { throttle }: Settings,
): Api {
  const accessLogs = createLogGroup(scope, "AccessLogs", key);
  const api = new HttpApi(scope, "Api", {
    description: "Address of the WhatsApp security webhook",
    createDefaultStage: false,
  });
  api.addRoutes({
    path: WEBHOOK_PATH,
    methods: [HttpMethod.GET, HttpMethod.POST],
    integration: new HttpLambdaIntegration("Webhook", fn),
  });
  new HttpStage(scope, "Stage", {
    httpApi: api,
    stageName: "$default",
    autoDeploy: true,
    throttle,
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLogs),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
    },
  });
  return { api, accessLogs };
}

/** Never the query string: the handshake's verify token travels in it. */
const ACCESS_LOG = {
  requestId: "$context.requestId",
  requestTime: "$context.requestTime",
  ip: "$context.identity.sourceIp",
  routeKey: "$context.routeKey",
  status: "$context.status",
  latency: "$context.responseLatency",
  integrationError: "$context.integrationErrorMessage",
};
