// The harness itself: a failing run ends, reports the failure and leaves no process behind.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** Runs a fixture as `run` does, and returns its exit code, its output and the process that its story started. */
async function runFixture(name, limit) {
  const file = new URL(`fixtures/${name}`, import.meta.url).pathname;
  const child = spawn(process.execPath, ["run.js", String(limit), file], { cwd: import.meta.dirname, env: ownEnvironment() });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const code = await new Promise((resolve) => child.on("close", resolve));
  const started = Number(output.match(/started (\d+)/)?.[1]);
  assert.ok(started, output);
  return { code, output, started };
}

/** The environment without what tells a node process that it runs under a test runner. */
function ownEnvironment() {
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  return environment;
}

/** Whether a process runs; one that has ended and that nobody has waited for yet does not. */
function isAlive(id) {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${id}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("a failing story ends the run and its node", { timeout: 60_000 }, async () => {
  const { code, output, started } = await runFixture("failing.js", 50);
  assert.equal(code, 1, output);
  assert.match(output, /this story fails on purpose/);
  assert.ok(!isAlive(started), "its node has ended");
});

test("a story that exceeds its limit fails, and the next one runs", { timeout: 60_000 }, async () => {
  const { code, output, started } = await runFixture("slow_story.js", 50);
  assert.equal(code, 1, output);
  assert.match(output, /timed out after 500ms/);
  assert.match(output, /✔ comes after it/);
  assert.ok(!isAlive(started), "its node has ended");
});

test("a run that hangs is ended with all of its processes", { timeout: 60_000 }, async () => {
  const { code, output, started } = await runFixture("hanging.js", 2);
  assert.equal(code, 124, output);
  assert.match(output, /did not end within 2 s/);
  assert.ok(!isAlive(started), "its process has ended");
});
