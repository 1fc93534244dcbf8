import {
  ApiMapping,
  DomainName,
  type HttpApi,
  type HttpStage,
  SecurityPolicy,
} from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { CfnRecordSet } from "aws-cdk-lib/aws-route53";
import type { Construct, IDependable } from "constructs";
import type { Settings } from "./settings.ts";

interface PublicAddress {
  readonly publicUrl: string;
  readonly domainTarget?: string;
  readonly refusable: readonly IDependable[];
}

/** The domain of the settings, which survives a new API or another region; or the API's own. */
export function createDomain(
  scope: Construct,
  api: HttpApi,
  stage: HttpStage,
  settings: Settings,
): PublicAddress {
  const { domainName, certificateArn, hostedZoneId } = settings;
  if (!domainName || !certificateArn) return { publicUrl: api.apiEndpoint, refusable: [] };
  const certificate = Certificate.fromCertificateArn(scope, "Certificate", certificateArn);
  const securityPolicy = SecurityPolicy.TLS_1_2;
  const domain = new DomainName(scope, "Domain", { domainName, certificate, securityPolicy });
  new ApiMapping(scope, "DomainMapping", { api, domainName: domain, stage });
  const publicUrl = `https://${domainName}`;
  if (!hostedZoneId) {
    return { publicUrl, domainTarget: domain.regionalDomainName, refusable: [domain] };
  }
  return { publicUrl, refusable: [domain, createRecord(scope, domain, hostedZoneId)] };
}

function createRecord(scope: Construct, domain: DomainName, hostedZoneId: string): CfnRecordSet {
  return new CfnRecordSet(scope, "DomainRecord", {
    hostedZoneId,
    name: domain.name,
    type: "A",
    aliasTarget: { dnsName: domain.regionalDomainName, hostedZoneId: domain.regionalHostedZoneId },
  });
}
