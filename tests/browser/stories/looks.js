// Appearance and accessibility of all pages: wide, at 320 pixels, at 200 %, dark, and in print.
import assert from "node:assert/strict";
import { judge } from "../src/judge.js";
import { story } from "../src/story.js";
import { SITUATION, tour } from "../src/tour.js";
import { ask, visitAs } from "../src/visit.js";

const WINDOWS = {
  "in a wide window": {},
  "at 320 pixels": { viewport: { width: 320, height: 640 } },
  // A window of 1280 pixels at 200 % has 640 CSS pixels.
  "at 200 %": { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  "in the dark": { colorScheme: "dark" },
};

export function stories(world) {
  for (const [where, options] of Object.entries(WINDOWS)) {
    story(world, `every page and state is sound ${where}`, () => tour(world, options, (page, name) => judge(page, `${name}, ${where}`)));
  }

  story(world, "print shows the contacts and next steps, and no controls", async () => {
    const page = await visitAs(world, "sanne");
    await ask(page, SITUATION, "Zaanstad");
    await page.emulateMedia({ media: "print" });
    const first = page.locator("article.card").first();
    assert.ok(await first.locator('a[href^="tel:"]').first().isVisible());
    assert.ok(await first.locator(".steps").first().isVisible(), "next steps are printed although they are collapsed on screen");
    for (const hidden of [".page-header", ".page-footer", ".search", "aside", ".copy"]) {
      for (const one of await page.locator(hidden).all()) assert.equal(await one.isVisible(), false, hidden);
    }
    await page.emulateMedia({ media: "screen" });
    await first.getByRole("heading", { level: 2 }).getByRole("link").click();
    await page.waitForURL("**/medewerker/**");
    await page.getByRole("button", { name: "Afdrukken" }).waitFor();
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    for (const hidden of [".page-header", ".page-footer", ".report", "button"]) {
      for (const one of await page.locator(hidden).all()) assert.equal(await one.isVisible(), false, hidden);
    }
    for (const told of ["Wie beslist", "Bereikbaar", "Als het niet lukt"]) {
      assert.ok(await page.getByText(told, { exact: true }).first().isVisible(), told);
    }
    // Print is black on white from a dark screen too.
    const colours = await page.locator("article.card h1, article.card dd, article.card .contact a").evaluateAll((nodes) =>
      [...new Set(nodes.map((node) => getComputedStyle(node).color))]);
    assert.deepEqual(colours, ["rgb(0, 0, 0)"]);
    assert.ok((await page.pdf({ format: "A4" })).length > 10_000);
    await page.context().close();
  });
}
