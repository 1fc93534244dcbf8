import { defineConfig } from "vitest/config";

/** What a person does in a browser: needs Chromium, as Debian and others package it. */
export default defineConfig({
  test: { include: ["test/browser/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
});
