// Files and processes of a test: a folder that goes away, and programs that are ended.
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function folder() {
  const path = mkdtempSync(join(tmpdir(), "mwr-browser-"));
  process.on("exit", () => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Waits until `check` gives something; tells the last problem when it does not. */
export async function eventually(what, check, patience = 60_000) {
  const until = Date.now() + patience;
  let problem;
  for (;;) {
    try {
      const found = await check();
      if (found) return found;
    } catch (error) {
      problem = error;
    }
    if (Date.now() > until) throw new Error(`${what} did not happen in ${patience} ms`, { cause: problem });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A node that serves. */
export class Node {
  constructor(binary, args, data, env = {}) {
    this.log = "";
    this.data = data;
    this.child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    this.child.stdout.on("data", (text) => (this.log += text));
    this.child.stderr.on("data", (text) => (this.log += text));
    this.ended = new Promise((resolve) => this.child.on("exit", (code) => resolve((this.code = code ?? -1))));
    this.kill = () => this.child.kill("SIGKILL");
    process.on("exit", this.kill);
  }

  /** Where it listens, once it serves. */
  ready() {
    return eventually("a node that serves", async () => {
      if (this.code !== undefined) throw new Error(`the node ended with ${this.code}:\n${this.log}`);
      return JSON.parse(await readFile(join(this.data, "ready.json"), "utf8"));
    });
  }

  async stop() {
    this.child.kill("SIGTERM");
    await this.ended;
    process.off("exit", this.kill);
  }
}
