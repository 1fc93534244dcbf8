import { UserError } from "../../cli/errors.ts";

/** What the link of a confirmation mail says. */
export interface ConfirmationLink {
  readonly topicArn: string;
  readonly token: string;
}

const RULE =
  "the link of the mail \"AWS Notification - Subscription Confirmation\", in quotes: 'https://sns.…/confirmation.html?TopicArn=…&Token=…'";

/** Throws a UserError that says what is wrong with it; a mail client may have wrapped or escaped it. */
export function parseConfirmationLink(text: string): ConfirmationLink {
  const url = URL.parse(text.replace(/\s+/g, "").replaceAll("&amp;", "&"));
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UserError(`This is not a link: give ${RULE}.`);
  }
  const topicArn = url.searchParams.get("TopicArn");
  const token = url.searchParams.get("Token");
  if (/unsubscribe/i.test(url.pathname) || url.searchParams.has("SubscriptionArn")) {
    throw new UserError(`This link would end a subscription: give ${RULE}.`);
  }
  if (!token) {
    const hint = url.search === "" ? "" : " (without quotes the shell cuts it off at the first &)";
    throw new UserError(`The link carries no Token${hint}: give ${RULE}.`);
  }
  if (!topicArn || !/^arn:[\w-]+:sns:[\w-]*:\d*:.+$/.test(topicArn)) {
    throw new UserError(`The link names no topic (TopicArn=arn:aws:sns:…): give ${RULE}.`);
  }
  return { topicArn, token };
}
