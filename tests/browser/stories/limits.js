// What ends by itself: sessions that nobody uses, and patience with who asks too much. Last, because the node is served anew.
import assert from "node:assert/strict";
import { eventually } from "../src/eventually.js";
import { story } from "../src/story.js";
import { visitAs } from "../src/visit.js";
import { fetchWith } from "./login.js";

export function stories(world) {
  story(world, "a session ends when nobody uses it", async () => {
    await world.restart('session_idle = "2s"\nrequests_per_session = 0\nrequests_per_address = 0\n');
    const page = await visitAs(world, "sanne");
    const csrf = await page.locator('input[name="csrf"]').first().inputValue();
    await eventually("the end of the session", async () => {
      // Looking would keep the session alive: only a page that is sent later than its limit tells.
      await new Promise((resolve) => setTimeout(resolve, 2200));
      const answer = await page.request.get(`${page.origin}/`, { maxRedirects: 0 });
      return answer.status() === 303;
    });
    const late = await page.request.post(`${page.origin}/zoeken`, { form: { csrf, vraag: "x" }, maxRedirects: 0 });
    assert.equal(late.status(), 401);
    await page.goto(`${page.origin}/`);
    assert.equal(new URL(page.url()).pathname, "/inloggen");
    await page.context().close();
  });

  story(world, "who asks too much is told when to come back", async () => {
    await world.restart("requests_per_session = 1\nrequests_per_address = 0\nburst = 20\n");
    const page = await visitAs(world, "sanne");
    const [cookie] = (await page.context().cookies()).filter((one) => one.name === "__Host-mwr");
    let refused;
    for (let number = 0; number < 30 && !refused; number++) {
      const answer = await fetchWith(world, "/", cookie.value);
      if (answer.status === 429) refused = answer;
    }
    assert.ok(refused, "thirty at once are too many");
    assert.match(refused.headers["retry-after"], /^[1-9]/);
    const shown = await page.goto(`${page.origin}/`);
    assert.equal(shown.status(), 429);
    await page.getByRole("heading", { name: "Te veel verzoeken achter elkaar" }).waitFor();
    await page.context().close();
  });
}
