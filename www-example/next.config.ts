import type { NextConfig } from "next";
import { PHASE_PRODUCTION_SERVER } from "next/constants.js";
import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));

/** A browser loads the module as a file, which is smaller than the text of it in a script and compiles while it arrives. */
function publishModule(): void {
  mkdirSync(join(folder, "public"), { recursive: true });
  const wasm = createRequire(import.meta.url).resolve("convex-pipelines/pipelines.wasm");
  copyFileSync(wasm, join(folder, "public/pipelines.wasm"));
}

const development = process.env.NODE_ENV === "development";

/** The model is WebAssembly, which a page with a content security policy must be allowed to compile. */
const contentSecurityPolicy = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'${development ? " 'unsafe-eval'" : ""}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  `connect-src 'self'${development ? " ws:" : ""}`,
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const config: NextConfig = {
  // Pages are shells around data that lives in the browser: one prefetched shell serves every pipeline, and keeps
  // serving while the network is away.
  cacheComponents: true,
  partialPrefetching: true,
  experimental: { useOffline: true },
  // This folder is the whole app: without this, Next looks upwards for a lock file and takes that folder instead.
  turbopack: {
    root: folder,
    // The same names without the module inside: see lib/module.ts.
    resolveAlias: {
      "convex-pipelines": { browser: "convex-pipelines/slim" },
      "convex-pipelines/react": { browser: "convex-pipelines/slim/react" },
    },
  },
  poweredByHeader: false,
  headers: () =>
    Promise.resolve([
      {
        source: "/:path*",
        headers: [
          { key: "Content-Security-Policy", value: contentSecurityPolicy },
          { key: "Referrer-Policy", value: "no-referrer" },
          { key: "X-Content-Type-Options", value: "nosniff" },
        ],
      },
    ]),
};

export default function configOf(phase: string): NextConfig {
  // Never where a server starts: another one may be sending the file at that moment, and would send half of it.
  if (phase !== PHASE_PRODUCTION_SERVER) publishModule();
  return config;
}
