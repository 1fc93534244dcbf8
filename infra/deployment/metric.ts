export { type Datapoint, readMetric } from "../../lambda/watchdog/metric.ts";
