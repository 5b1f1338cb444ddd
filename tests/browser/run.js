// Runs a test file of node:test, and ends everything that it started however the run ends.
//   run.js LIMIT-IN-SECONDS [options of node] FILE
// In a process of its own and not under `node --test`: that one ends only the file's process and waits for ever when Chromium's
// driver, which handles SIGTERM, keeps it alive.
import { runToEnd } from "./src/processes.js";

const [limit, ...args] = process.argv.slice(2);
const node = ["--test-reporter=spec", "--test-force-exit", ...args];
process.exitCode = await runToEnd(process.execPath, node, { limit: Number(limit) * 1000, stdio: "inherit" });
