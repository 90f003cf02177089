/** A Worker as its own tools would bundle it. */
import { build } from "esbuild";

const CONDITIONS = ["workerd", "worker", "browser", "import"];

/** The modules of a worker with this source, which finds packages from `folder`, and the compiled module beside it. */
export async function workerModules(source: string, folder: string, wasm: Uint8Array<ArrayBuffer>, conditions = CONDITIONS) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    format: "esm",
    write: false,
    conditions,
    plugins: [
      {
        name: "compiled-wasm",
        setup: ({ onResolve }) => {
          onResolve({ filter: /\.wasm$/ }, () => ({ path: "./core.wasm", external: true }));
        },
      },
    ],
  });
  return [
    { type: "ESModule" as const, path: "worker.mjs", contents: outputFiles[0]!.text },
    { type: "CompiledWasm" as const, path: "core.wasm", contents: wasm },
  ];
}
