// Search: from a situation to a phone number.
import assert from "node:assert/strict";
import { judge } from "../src/judge.js";
import { story } from "../src/story.js";
import { SITUATION } from "../src/tour.js";
import { ask, visitAs } from "../src/visit.js";

export function stories(world) {
  story(world, "a place name of several municipalities is asked back", async () => {
    const page = await visitAs(world, "sanne");
    await ask(page, "schulden in Nes");
    await judge(page, "a place to choose");
    const asked = page.url();
    await page.getByRole("button", { name: "Ameland" }).click();
    await page.waitForURL((url) => url.href !== asked);
    assert.equal(await page.getByLabel("Gemeente of plaats").inputValue(), "Ameland");
    assert.equal(await page.getByText("ligt in meer gemeenten").count(), 0);
    await page.context().close();
  });

  story(world, "a situation leads to the deciding officer, a number and the next step", async () => {
    const page = await visitAs(world, "sanne");
    await judge(page, "the first page");
    await ask(page, SITUATION, "Zaanstad");
    await judge(page, "results");
    const first = page.locator("article.card").first();
    assert.match(await first.innerText(), /CAK/);
    assert.ok(await first.locator('a[href^="tel:"], a[href^="mailto:"]').count());
    await first.getByText("Als het niet lukt").click();
    await judge(page, "a result that is opened up");
    // Back, forward and reload work.
    const result = page.url();
    await first.getByRole("heading", { level: 2 }).getByRole("link").click();
    await page.waitForURL("**/medewerker/**");
    await judge(page, "an entry");
    await page.goBack();
    assert.equal(page.url(), result);
    await page.reload();
    assert.equal(await page.getByLabel("Wat is er aan de hand?").inputValue(), SITUATION);
    assert.equal(await page.getByLabel("Gemeente of plaats").inputValue(), "Zaanstad");
    await page.goto(`${page.origin}/`);
    assert.equal(await page.getByLabel("Gemeente of plaats").inputValue(), "Zaanstad", "remembered for the next question");
    await page.goto(result);
    const facet = page.locator("#verfijnen button").first();
    await facet.click();
    await page.waitForURL("**/resultaat/*");
    await judge(page, "narrowed results");
    await page.getByRole("button", { name: /^Haal weg/ }).first().click();
    await page.goto(`${page.origin}/organisatie/zb000211`);
    await judge(page, "an organisation");
    await page.context().close();
  });

  story(world, "the page says what it did not understand", async () => {
    const page = await visitAs(world, "sanne");
    const said = async (question) => {
      await ask(page, question);
      return page.locator("main").innerText();
    };
    assert.match(await said("meng de boter met de suiker en verwarm de oven"), /We begrijpen deze vraag niet/);
    await judge(page, "a question that was not understood");
    assert.match(await said("kinderopvangtoeslag vrmblgrt"), /Dit woord kennen we niet: ‘vrmblgrt’/);
    assert.match(await said("kira yardımı"), /Uw vraag is in het Turks/);
    assert.doesNotMatch(await said("kinderopvangtoeslag"), /begrijpen|kennen we niet|niet zeker/);
    await page.context().close();
  });

  story(world, "the whole path works by keyboard alone", async () => {
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
    // A suggested village. Accepting a suggestion for the place does not submit the form.
    await page.keyboard.press("Tab");
    await page.keyboard.type("krommen", { delay: 20 });
    const places = page.getByRole("listbox", { name: "Suggesties voor de gemeente" }).getByRole("option");
    await places.first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.match(await page.locator("#gemeente").inputValue(), /Krommenie|Zaanstad/);
    assert.equal(new URL(page.url()).pathname, "/");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/resultaat/*");
    const first = page.locator("article.card").first();
    await first.waitFor();
    // The first Tab stop of every page is the link past its header.
    await tabTo(page, page.getByRole("link", { name: "Naar de inhoud" }));
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "inhoud");
    const phone = first.locator('.contact a[href^="tel:"]').first();
    await tabTo(page, phone);
    assert.notEqual(await phone.evaluate((link) => getComputedStyle(link).outlineStyle), "none", "focus can be seen");
    await tabTo(page, first.getByText("Als het niet lukt"));
    await page.keyboard.press("Enter");
    await first.locator(".steps li").first().waitFor();
    // Add a facet filter and remove it.
    const facet = page.locator("#verfijnen button").first();
    const label = (await facet.innerText()).split("\n")[0].replace(/\s*\d+.*$/, "");
    await tabTo(page, facet);
    await page.keyboard.press("Enter");
    const chip = page.getByRole("button", { name: `Haal weg: ${label}` });
    await chip.waitFor();
    await tabTo(page, chip);
    await page.keyboard.press("Enter");
    await chip.waitFor({ state: "detached" });
    await page.waitForLoadState();
    // Open an entry, up to a report that is not sent.
    const title = page.locator("article.card").first().getByRole("heading", { level: 2 }).getByRole("link");
    await tabTo(page, title);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/medewerker/**");
    await tabTo(page, page.getByText("Klopt dit niet?"));
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByRole("button", { name: "Er komt geen antwoord." }));
    await page.context().close();
  });

  story(world, "the documented tasks take two steps and find the officer first", async () => {
    const page = await visitAs(world, "sanne");
    for (const [question, organisation, why] of [
      ["eigen bijdrage Wlz na opname partner", "CAK", /Eigen bijdrage langdurige zorg/],
      ["zaanstad adres", "Zaanstad", /adres/i],
      ["DUO studieschuld", "DUO", /studieschuld/i],
      ["OCW studieschuld", "OCW", /studieschuld/i],
    ]) {
      await page.goto(`${page.origin}/`);
      await page.locator("#vraag").fill(question);
      await page.locator("#vraag").press("Enter");
      await page.waitForURL("**/resultaat/*");
      const first = page.locator("article.card").first();
      assert.match(await first.locator(".of").innerText(), new RegExp(`^${organisation}`), question);
      assert.match(await first.innerText(), why, question);
      assert.ok(await first.locator(".contact a").count(), question);
    }
    await page.context().close();
  });

  story(world, "everything works without JavaScript", async () => {
    const page = await visitAs(world, "sanne", { javaScriptEnabled: false });
    await ask(page, "studieschuld te hoog");
    assert.match(await page.locator("article.card").first().innerText(), /DUO/);
    await page.locator("article.card").first().getByText("Als het niet lukt").click();
    await page.locator("#verfijnen button").first().click();
    await page.getByRole("button", { name: /^Haal weg/ }).first().click();
    assert.equal(await page.getByRole("button", { name: /Kopieer|Afdrukken/ }).count(), 0, "controls that need a script are not shown");
    await page.locator("article.card h2 a").first().click();
    await page.waitForURL("**/medewerker/**");
    await page.getByText("Klopt dit niet?").click();
    await page.getByRole("button", { name: "Er komt geen antwoord." }).waitFor();
    await page.getByRole("button", { name: "Uitloggen" }).click();
    await page.waitForURL(`${world.provider.issuer}/**`);
    await page.context().close();
  });

  story(world, "a copied number can be dialled", async () => {
    const page = await visitAs(world, "sanne", { permissions: ["clipboard-read", "clipboard-write"] });
    await ask(page, SITUATION, "Zaanstad");
    const phone = page.locator('article.card .contact li').filter({ has: page.locator('a[href^="tel:"]') }).first();
    await phone.getByRole("button", { name: /^Kopieer/ }).click();
    await phone.getByText("Gekopieerd").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /^[+0-9() -]+$/, "only characters that a telephone accepts");
    assert.match(await page.locator("#gezegd").innerText(), /is gekopieerd/);
    await page.context().close();
  });

  story(world, "a question without results still gives a contact", async () => {
    const page = await visitAs(world, "sanne");
    await ask(page, "xqzvw kwrtplmn");
    await judge(page, "an empty answer");
    await page.getByRole("heading", { name: "Als het niet lukt" }).waitFor();
    await page.context().close();
  });

  story(world, "results are visible in their own session only", async () => {
    const page = await visitAs(world, "sanne");
    await ask(page, "studieschuld van een overleden broer");
    const other = await visitAs(world, "noor");
    await other.goto(page.url());
    assert.equal(await other.locator("article.card").count(), 0);
    assert.doesNotMatch(await other.content(), /overleden broer/);
    await page.context().close();
    await other.context().close();
  });

  story(world, "typed text is in no URL, log or metric", async () => {
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
}

/** Presses Tab until `wanted` has the focus. */
async function tabTo(page, wanted) {
  for (let step = 0; step < 120; step++) {
    if (await wanted.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not lead to ${wanted}`);
}
