// Session expiry and rate limits. These stories come last, because they restart the node with other settings.
import assert from "node:assert/strict";
import { eventually } from "../src/eventually.js";
import { story } from "../src/story.js";
import { visitAs } from "../src/visit.js";

export function stories(world) {
  story(world, "a session ends when nobody uses it", async () => {
    await world.restart('session_idle = "6s"\nrequests_per_session = 0\nrequests_per_address = 0\n');
    const page = await visitAs(world, "sanne");
    const csrf = await page.locator('input[name="csrf"]').first().inputValue();
    await eventually("the end of the session", async () => {
      // A request keeps the session alive, so wait longer than its limit before each one.
      await new Promise((resolve) => setTimeout(resolve, 6500));
      const answer = await page.request.get(`${page.origin}/`, { maxRedirects: 0 });
      return answer.status() === 303;
    });
    const late = await page.request.post(`${page.origin}/zoeken`, { form: { csrf, vraag: "x" }, maxRedirects: 0 });
    assert.equal(late.status(), 401);
    await page.goto(`${page.origin}/`);
    assert.equal(new URL(page.url()).pathname, "/inloggen");
    await page.context().close();
  });

  story(world, "too many requests are refused with a time to come back", async () => {
    await world.restart("requests_per_session = 1\nrequests_per_address = 0\nburst = 20\n");
    const page = await visitAs(world, "sanne");
    // All at once, and again until it is refused: one token comes back every second, so one request after the other would be
    // allowed where a page takes that long.
    const flood = () => Promise.all(Array.from({ length: 40 }, () => page.request.get(`${page.origin}/`, { maxRedirects: 0 })));
    const refused = await eventually("a refusal", async () => (await flood()).find((answer) => answer.status() === 429));
    assert.match(refused.headers()["retry-after"], /^[1-9]/);
    await eventually("a refused page", async () => {
      const [shown] = await Promise.all([page.goto(`${page.origin}/`), flood()]);
      return shown.status() === 429;
    });
    await page.getByRole("heading", { name: "Te veel verzoeken achter elkaar" }).waitFor();
    await page.context().close();
  });
}
