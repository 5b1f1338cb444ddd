// The demo: invented users instead of a provider, marked as a demo.
import assert from "node:assert/strict";
import { join } from "node:path";
import { Node, folder } from "../src/processes.js";
import { judge } from "../src/judge.js";
import { story } from "../src/story.js";
import { visit } from "../src/visit.js";
import { BINARY } from "../src/world.js";

export function stories(world) {
  story(world, "a demo offers its invented users and is marked as a demo", async () => {
    const data = join(folder(), "demo");
    const demo = new Node(BINARY, ["demo", "--data", data, "--port", "0"], data);
    const { web } = await demo.ready();
    assert.match(web, /^https:\/\/localhost:/);
    const page = await visit(world);
    await page.goto(web);
    await page.getByText("DEMO").first().waitFor();
    await judge(page, "the people of a demo");
    await page.getByRole("button", { name: /^Sanne/ }).click();
    await page.waitForURL(`${web}/`);
    await page.getByText("DEMO").first().waitFor();
    await page.getByRole("button", { name: "Uitloggen" }).click();
    await page.getByText("U bent uitgelogd.").waitFor();
    await page.context().close();
    await demo.stop();
    // A node started with `serve` has no such login.
    const stranger = await visit(world);
    await stranger.goto(`${stranger.origin}/inloggen`);
    assert.equal(await stranger.getByRole("button", { name: /Sanne/ }).count(), 0);
    const csrf = await stranger.locator('input[name="csrf"]').first().inputValue();
    const answer = await stranger.request.post(`${stranger.origin}/inloggen/demo/professional`, { form: { csrf } });
    assert.equal(answer.status(), 404);
    await stranger.context().close();
  });
}
