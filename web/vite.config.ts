import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

declare const process: { env: Record<string, string | undefined> };

export default defineConfig({
  plugins: [svelte()],
  base: "./",
  // Tests run the state as the browser does, with its effects.
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  test: { include: ["tests/**/*.test.ts"], environment: "node", testTransformMode: { web: ["**/*"] }, server: { deps: { inline: ["svelte"] } } },
});
