/** The package's WebAssembly in a browser: a file, loaded once. On the server it is within the package. */
import { init, isPipelineError } from "convex-pipelines/slim";

/** Named by its content, as scripts are: each deployment has its own, which a browser keeps. */
export const MODULE_URL = new URL("convex-pipelines/pipelines.wasm", import.meta.url).href;
const LONGEST_PAUSE_MS = 10_000;

/** Resolves when the package can be used here. Until then the page stays as the server has drawn it. */
export const moduleLoaded: Promise<void> | undefined = typeof window === "undefined" ? undefined : load();

async function load(): Promise<void> {
  for (let pause = 500; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      await init(fetch(MODULE_URL));
      return;
    } catch (error) {
      if (!isPipelineError(error) || !error.retryable) throw error;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}
