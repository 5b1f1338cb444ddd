// Declares stories. A story ends within its limit, and the windows and nodes that it opened end with it, also when it fails.
import { test } from "node:test";
import { Node } from "./processes.js";

/** The limit of one story. It only guards against hanging, and is longer than any start that a story waits for. */
const LIMIT = 600_000;

/** Declares a story of the shared world. */
export function story(world, name, act, limit = LIMIT) {
  test(name, { timeout: limit }, async (context) => {
    let passed = false;
    context.after(() => cleanUp(world, passed));
    await act();
    passed = true;
  });
}

/** Closes what the story left open. The world's own node stays: the next story needs it. */
async function cleanUp(world, passed) {
  const left = [...Node.running].filter((node) => node !== world.node);
  const windows = world.browser?.contexts() ?? [];
  await Promise.allSettled([...left.map((node) => node.stop()), ...windows.map((window) => window.close())]);
  // A story that failed may have left the provider answering for another node, or not at all.
  if (!passed) world.provider?.know([world.node.origin]);
}
