/** Vitest runs it before the tests. */
export default function setup(): void {
  if (process.env.DYNAMODB_ENDPOINT) return;
  throw new Error(
    "Set DYNAMODB_ENDPOINT to a DynamoDB engine that runs: DYNAMODB_ENDPOINT=http://127.0.0.1:8000 npm run test:dynamodb",
  );
}
