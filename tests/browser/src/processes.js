// Starts programs and makes sure that they end: a node when its story ends, everything else when the run ends.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.js";

/** The limit for a start: a debug build on a machine four times slower than a laptop. It only guards against hanging. */
const START = 300_000;

/** How long a node may take to stop after SIGTERM before it is killed. */
const STOP = 30_000;

/** Makes a temporary folder that is removed when this process exits. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), "mwr-browser-"));
  process.on("exit", () => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A running node: `serve` or `demo`. */
export class Node {
  /** Nodes that have not ended. */
  static running = new Set();

  constructor(binary, args, data, env = {}) {
    this.log = "";
    this.data = data;
    this.child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    this.child.stdout.on("data", (text) => (this.log += text));
    this.child.stderr.on("data", (text) => (this.log += text));
    Node.running.add(this);
    this.ended = new Promise((resolve) => {
      const end = (code) => {
        this.code = code ?? -1;
        Node.running.delete(this);
        resolve(this.code);
      };
      this.child.on("exit", end);
      this.child.on("error", (error) => {
        this.log += error;
        end();
      });
    });
  }

  /** Waits until the node serves, and returns its addresses. */
  ready() {
    return eventually(
      "a node that serves",
      async () => {
        if (this.code !== undefined) return { failed: `the node ended with ${this.code}:\n${this.log}` };
        return JSON.parse(await readFile(join(this.data, "ready.json"), "utf8"));
      },
      START,
    ).then((ready) => {
      if (ready.failed) throw new Error(ready.failed);
      return ready;
    });
  }

  /** Stops the node, and kills it if it does not stop in time. */
  async stop() {
    if (this.code !== undefined) return;
    this.child.kill("SIGTERM");
    const late = setTimeout(() => this.child.kill("SIGKILL"), STOP);
    await this.ended;
    clearTimeout(late);
  }
}

/** Runs a program to its end, or for at most `limit` milliseconds, and kills every process that it left behind.
 *
 * A process group is not enough: Chromium and the demo's other registers lead groups of their own. All of them inherit a mark in
 * their environment, by which Linux finds them. Returns the exit code; 124 after the limit, as timeout(1) does. */
export async function runToEnd(program, args, { limit, ...options }) {
  const mark = `BROWSER_TESTS_${randomUUID()}`;
  const child = spawn(program, args, { ...options, env: { ...process.env, [mark]: "1" } });
  const interrupted = () => {
    killMarked(mark);
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupted);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    console.error(`\nthe run did not end within ${limit / 1000} s: ending all of its processes`);
    killMarked(mark);
  }, limit);
  const code = await new Promise((resolve, reject) => {
    child.on("exit", (code) => resolve(code ?? 1));
    child.on("error", reject);
  });
  clearTimeout(timer);
  killMarked(mark);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(signal, interrupted);
  return late ? 124 : code;
}

/** Kills the processes that carry `mark`, until none is left: one may start another meanwhile. */
function killMarked(mark) {
  for (let round = 0; round < 100; round++) {
    const found = readdirSync("/proc").filter((id) => /^\d+$/.test(id) && isMarked(id, mark));
    if (!found.length) return;
    for (const id of found) {
      try {
        process.kill(Number(id), "SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

function isMarked(id, mark) {
  try {
    return readFileSync(`/proc/${id}/environ`, "latin1").split("\0").includes(`${mark}=1`);
  } catch {
    // It has ended, or belongs to somebody else.
    return false;
  }
}
