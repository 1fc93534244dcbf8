import { defineConfig } from "vitest/config";

if (!process.env.DYNAMODB_ENDPOINT) {
  console.error(
    "Set DYNAMODB_ENDPOINT to a DynamoDB engine that runs: DYNAMODB_ENDPOINT=http://127.0.0.1:8000 npm run test:dynamodb",
  );
  process.exit(1);
}

export default defineConfig({
  test: {
    include: ["test/deploy/dynamodb/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
