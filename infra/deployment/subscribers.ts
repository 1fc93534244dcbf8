export { listSubscribers, type Subscriber } from "../../lambda/watchdog/subscribers.ts";
