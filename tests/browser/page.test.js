// All stories, in one shared world: a register, a node, a provider and a browser.
import { after, before, describe } from "node:test";
import { World } from "./src/world.js";
import { stories as login } from "./stories/login.js";
import { stories as search } from "./stories/search.js";
import { stories as publish } from "./stories/publish.js";
import { stories as report } from "./stories/report.js";
import { stories as operate } from "./stories/operate.js";
import { stories as looks } from "./stories/looks.js";
import { stories as federation } from "./stories/federation.js";
import { stories as demo } from "./stories/demo.js";
import { stories as security } from "./stories/security.js";
import { stories as limits } from "./stories/limits.js";

describe("the page", { concurrency: 1 }, () => {
  const world = new World();
  // The limit only guards against hanging: filling the register in a debug build takes its time.
  before(() => world.start(), { timeout: 900_000 });
  after(() => world.stop());
  for (const stories of [login, search, publish, report, operate, looks, demo, federation, security, limits]) stories(world);
});
