import type { NextConfig } from "next";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));

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

export default config;
