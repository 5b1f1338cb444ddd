// From a situation to a phone number.
import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "../src/judge.js";
import { ask, visitAs } from "../src/visit.js";

const SITUATION = "eigen bijdrage te hoog na opname echtgenoot";

export function stories(world) {
  test("a situation leads to who decides, a number and the next step", async () => {
    const page = await visitAs(world, "sanne");
    await judge(page, "the first page");
    await ask(page, SITUATION, "Zaanstad");
    await judge(page, "results");
    const first = page.locator("article.card").first();
    assert.match(await first.innerText(), /CAK/);
    assert.ok(await first.locator('a[href^="tel:"], a[href^="mailto:"]').count());
    await first.getByText("Als het niet lukt").click();
    await judge(page, "a result that is opened up");
    // Back, forward and reload just work.
    const result = page.url();
    await first.getByRole("heading", { level: 2 }).getByRole("link").click();
    await page.waitForURL("**/medewerker/**");
    await judge(page, "an entry");
    await page.goBack();
    assert.equal(page.url(), result);
    await page.reload();
    assert.equal(await page.getByLabel("Wat is er aan de hand?").inputValue(), SITUATION);
    assert.equal(await page.getByLabel("Gemeente of plaats").inputValue(), "Zaanstad");
    const facet = page.locator("#verfijnen button").first();
    await facet.click();
    await page.waitForURL("**/resultaat/*");
    await judge(page, "narrowed results");
    await page.getByRole("button", { name: /^Haal weg/ }).first().click();
    await page.goto(`${page.origin}/organisatie/zb000211`);
    await judge(page, "an organisation");
    await page.context().close();
  });

  test("the whole path works by keyboard alone", async () => {
    const page = await visitAs(world, "sanne");
    await page.goto(`${page.origin}/`);
    const focus = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
    if ((await focus()) !== "vraag") {
      for (let step = 0; step < 20 && (await focus()) !== "vraag"; step++) await page.keyboard.press("Tab");
    }
    await page.keyboard.type("studies", { delay: 20 });
    const options = page.getByRole("listbox").first().getByRole("option");
    await options.first().waitFor();
    await judge(page, "suggestions");
    await page.keyboard.press("ArrowDown");
    assert.ok(await page.locator("#vraag").getAttribute("aria-activedescendant"));
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#vraag").getAttribute("aria-expanded"), "false");
    await page.locator("#vraag").press("Control+a");
    await page.keyboard.type("studieschuld");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/resultaat/*");
    const phone = page.locator('article a[href^="tel:"], article a[href^="mailto:"]').first();
    await phone.waitFor();
    for (let step = 0; step < 60; step++) {
      await page.keyboard.press("Tab");
      if (await phone.evaluate((link) => link === document.activeElement)) break;
    }
    assert.ok(await phone.evaluate((link) => link === document.activeElement), "the phone number can be reached");
    const outline = await phone.evaluate((link) => getComputedStyle(link).outlineStyle);
    assert.notEqual(outline, "none", "focus can be seen");
    await page.context().close();
  });

  test("everything works without JavaScript", async () => {
    const page = await visitAs(world, "sanne", { javaScriptEnabled: false });
    await ask(page, "studieschuld te hoog");
    assert.match(await page.locator("article.card").first().innerText(), /DUO/);
    await page.locator("article.card").first().getByText("Als het niet lukt").click();
    await page.locator("article.card h2 a").first().click();
    await page.waitForURL("**/medewerker/**");
    await page.getByRole("button", { name: "Uitloggen" }).click();
    await page.waitForURL(`${world.provider.issuer}/**`);
    await page.context().close();
  });

  test("a question without an answer still ends at somebody", async () => {
    const page = await visitAs(world, "sanne");
    await ask(page, "xqzvw kwrtplmn");
    await judge(page, "an empty answer");
    await page.getByRole("heading", { name: "Als het niet lukt" }).waitFor();
    await page.context().close();
  });

  test("a result is of its own session", async () => {
    const page = await visitAs(world, "sanne");
    await ask(page, "studieschuld van een overleden broer");
    const other = await visitAs(world, "noor");
    await other.goto(page.url());
    assert.equal(await other.locator("article.card").count(), 0);
    assert.doesNotMatch(await other.content(), /overleden broer/);
    await page.context().close();
    await other.context().close();
  });

  test("what somebody types is in no address, log or metric", async () => {
    const page = await visitAs(world, "sanne");
    const words = ["kwetsbaarwoord", "geheimzinnigeklant"];
    await ask(page, `${words.join(" ")} eigen bijdrage`, "Zaanstad");
    await page.getByLabel("Wat is er aan de hand?").pressSequentially(" kwetsbaarwoord", { delay: 5 });
    await page.locator("article.card h2 a").first().click();
    await page.goBack();
    const metrics = await (await fetch(`${world.node.metrics}/metrics`)).text();
    assert.match(metrics, /mwr_web_requests_total\{page="\/zoeken"/);
    for (const word of words) {
      assert.ok(!metrics.toLowerCase().includes(word), "metrics");
      assert.ok(!world.node.log.toLowerCase().includes(word), "log");
      assert.deepEqual(page.addresses.filter((address) => address.toLowerCase().includes(word)), []);
    }
    await page.context().close();
  });

  test("pages fit 320 pixels, and a window at 200 %", async () => {
    for (const [what, options] of [
      ["320 pixels", { viewport: { width: 320, height: 640 } }],
      // A window of 1280 pixels at 200 % has 640 of its own, each twice as large.
      ["200 %", { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
      ["dark", { colorScheme: "dark" }],
    ]) {
      const page = await visitAs(world, "noor", options);
      await judge(page, `the first page, ${what}`);
      await ask(page, SITUATION, "Zaanstad");
      await judge(page, `results, ${what}`);
      await page.locator("article.card h2 a").first().click();
      await page.waitForURL("**/medewerker/**");
      await judge(page, `an entry, ${what}`);
      await page.goto(`${page.origin}/eigen`);
      await judge(page, `own officers, ${what}`);
      await page.getByRole("link", { name: /^Wijzigen/ }).first().click();
      await judge(page, `the form, ${what}`);
      await page.context().close();
    }
  });
}
