// The API documentation of the package, as `cargo xtask check` makes it in target/typedoc.
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export default {
  entryPoints: ["root", "slim", "node", "convex", "react"].map((name) => at(`pkg/src/api/${name}.ts`)),
  tsconfig: at("pkg/tsconfig.json"),
  readme: at("pkg/README.md"),
  out: at("target/typedoc"),
  name: "convex-pipelines",
  disableSources: true, // they are in a repository that is not known here
  excludeInternal: true,
  excludeProtected: true,
  // What these are is of no use outside: only the package's own parts call them, or they only spell another type.
  intentionallyNotExported: ["Args", "CauseKind", "Exported", "FormStep", "Outbox", "OutboxArguments", "OutboxOperation", "Schema", "SettlingRepository", "functionsFor"],
  treatWarningsAsErrors: true,
};
