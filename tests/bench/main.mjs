// One suite per process, so that none finds V8 as another has left it: `cargo xtask bench` runs this.
import { Report } from "./report.mjs";

const suite = process.argv[2];
const { run } = await import(`./suites/${suite}.mjs`);
const report = new Report(suite);
try {
  await run(report);
} catch (error) {
  console.error(`\n✗ ${suite}: ${error instanceof Error ? (error.cause ?? error.message) : error}`);
  process.exit(1);
}
report.write();
