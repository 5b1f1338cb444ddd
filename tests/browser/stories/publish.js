// Publishing in a browser.
import assert from "node:assert/strict";
import { judge } from "../src/judge.js";
import { story } from "../src/story.js";
import { ask, visitAs } from "../src/visit.js";

export function stories(world) {
  story(world, "an officer added in the form is found by search", async () => {
    const page = await visitAs(world, "noor");
    await page.goto(`${page.origin}/eigen`);
    await page.getByRole("link", { name: "Medewerker toevoegen" }).click();
    await judge(page, "an empty form");
    // All errors are shown at once beside their fields, and the input stays.
    await page.getByLabel("Hoe heet de functie?").fill("Maatwerkfunctionaris kwijtschelding kwartelbijdrage");
    await page.getByLabel("Mailadres").fill("geen adres");
    await page.getByLabel("Telefoon").fill("bel maar");
    await page.getByLabel("Gemeenten").fill("Zaanstad, Nergenshuizen");
    await page.getByRole("button", { name: "Opslaan" }).click();
    const summary = page.locator(".alert.failed");
    await summary.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.className), "alert failed", "the summary is read first");
    assert.match(await page.title(), /^Fout: /);
    for (const label of ["Mailadres", "Telefoon", "Gemeenten"]) {
      const field = page.getByLabel(label);
      assert.equal(await field.getAttribute("aria-invalid"), "true", label);
      const described = (await field.getAttribute("aria-describedby")).split(" ").find((id) => id.endsWith("-fout"));
      assert.ok((await page.locator(`#${described}`).innerText()).length > 10, label);
    }
    assert.equal(await page.getByLabel("Hoe heet de functie?").inputValue(), "Maatwerkfunctionaris kwijtschelding kwartelbijdrage");
    assert.equal(await page.getByLabel("Gemeenten").inputValue(), "Zaanstad, Nergenshuizen");
    await judge(page, "a form with errors");
    // A link of the summary leads to its field.
    await summary.getByRole("link").first().click();
    assert.match(new URL(page.url()).hash, /^#veld-/);

    await page.getByLabel("Waarmee kan deze medewerker helpen?").fill("Scheldt de kwartelbijdrage kwijt als een huishouden vastloopt.");
    await page.getByLabel("Mailadres").fill("kwartel@cak.example");
    await page.getByLabel("Telefoon").fill("088 000 4199");
    await page.getByLabel("Gemeenten").fill("");
    const domain = page.locator("details.group").filter({ hasText: "Langdurige zorg" }).first();
    await domain.locator("summary").click();
    await domain.getByRole("checkbox").first().check();
    await page.getByLabel("Wat mag deze medewerker?").selectOption({ index: 1 });
    for (const day of ["ma", "di", "wo", "do", "vr"]) await page.getByLabel(day, { exact: true }).first().check();
    await page.getByLabel("Van", { exact: true }).first().fill("09:00");
    await page.getByLabel("Tot", { exact: true }).first().fill("17:00");
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.waitForURL("**/medewerker/zb000211/maatwerkfunctionaris-kwijtschelding*");
    await page.getByText("Opgeslagen.").waitFor();
    await page.getByText(/^Gecontroleerd op/).waitFor();
    await judge(page, "an entry that was just added");

    const sanne = await visitAs(world, "sanne");
    await ask(sanne, "CAK kwartelbijdrage", "Zaanstad");
    const card = sanne.locator("article.card").filter({ has: sanne.getByRole("heading", { level: 2, name: /kwartelbijdrage/ }) });
    assert.equal(await card.count(), 1);
    assert.ok(await card.locator('a[href="tel:0880004199"]').count());
    await sanne.context().close();
    await page.context().close();
  });

  story(world, "a changed phone number is shown to the next professional", async () => {
    const page = await visitAs(world, "noor");
    // The steps of docs/web.md: the list, the entry, the number, and done.
    await page.getByRole("link", { name: "Uw medewerkers" }).click();
    const line = page.locator("li.card").first();
    const href = await line.getByRole("heading").getByRole("link").getAttribute("href");
    await line.getByRole("link", { name: /^Wijzigen/ }).click();
    await page.getByLabel("Telefoon").fill("088 000 4242");
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.waitForURL(`**${href}`);
    assert.ok(await page.locator('article a[href="tel:0880004242"]').count());
    const sanne = await visitAs(world, "sanne");
    await sanne.goto(sanne.origin + href);
    assert.ok(await sanne.locator('article a[href="tel:0880004242"]').count());
    await sanne.context().close();
    await page.context().close();
  });

  story(world, "an absent officer has a deputy, and a withdrawn one a successor", async () => {
    const page = await visitAs(world, "noor");
    await page.goto(`${page.origin}/eigen`);
    const line = page.locator("li.card").filter({ hasText: "kwartelbijdrage" });
    await line.getByRole("link", { name: /^Afwezig/ }).click();
    await judge(page, "an absence");
    const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Amsterdam" }).format(new Date());
    await page.getByLabel("Eerste dag").first().fill(today);
    await page.getByLabel("Laatste dag").first().fill("2031-01-01");
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.locator(".alert.ok").waitFor();
    assert.match(await line.innerText(), /Afwezig, tot en met/);
    const sanne = await visitAs(world, "sanne");
    await ask(sanne, "CAK kwartelbijdrage kwijtschelden");
    const card = sanne.locator("article.card").filter({ has: sanne.getByRole("heading", { level: 2, name: /kwartelbijdrage/ }) });
    assert.match(await card.innerText(), /Afwezig, tot en met/);
    assert.ok(await card.locator("details[open] .steps li").count(), "next steps are visible without a click");

    await line.getByRole("link", { name: /^Intrekken/ }).click();
    await page.getByLabel("Wie komt ervoor in de plaats?").selectOption({ index: 1 });
    await page.getByRole("button", { name: "Intrekken" }).click();
    await page.locator(".alert.ok").waitFor();
    assert.equal(await line.count(), 0);
    const old = await card.getByRole("heading", { level: 2 }).getByRole("link").getAttribute("href");
    await sanne.goto(sanne.origin + old);
    await sanne.getByText("Deze is ervoor in de plaats gekomen.").waitFor();
    assert.notEqual(new URL(sanne.url()).pathname, old);
    await sanne.context().close();
    await page.context().close();
  });

  story(world, "a publisher verifies one entry, and all of them", async () => {
    const page = await visitAs(world, "noor");
    await page.goto(`${page.origin}/eigen`);
    const before = await page.locator("li.card").count();
    await page.getByRole("button", { name: /^Klopt nog/ }).first().click();
    await page.getByText("Bevestigd: deze vermelding klopt vandaag.").waitFor();
    await judge(page, "the list after verifying");
    await page.getByRole("button", { name: "Alles op deze lijst klopt vandaag" }).click();
    await page.getByText(`Bevestigd: ${before} vermeldingen kloppen vandaag.`).waitFor();
    await page.context().close();
  });

  story(world, "concurrent changes of an entry are shown to the second editor", async () => {
    const noor = await visitAs(world, "noor");
    const nico = await visitAs(world, "nico");
    const open = async (page) => {
      await page.goto(`${page.origin}/eigen`);
      await page.getByRole("link", { name: /^Wijzigen/ }).first().click();
      await page.waitForURL("**/eigen/*");
    };
    await open(noor);
    await open(nico);
    const phone = (page) => page.getByLabel("Telefoon");
    await phone(noor).fill("030 222 33 44");
    await noor.getByRole("button", { name: "Opslaan" }).click();
    await noor.locator(".alert.ok").waitFor();
    await phone(nico).fill("030 555 66 77");
    await nico.getByRole("button", { name: "Opslaan" }).click();
    await nico.getByRole("heading", { name: "Iemand anders heeft dit intussen veranderd" }).waitFor();
    await judge(nico, "a form with both versions");
    assert.match(await nico.locator(".alert.warning").innerText(), /222/);
    assert.equal(await phone(nico).inputValue(), "030 555 66 77", "the input is still there");
    await nico.getByRole("button", { name: "Opslaan" }).click();
    await nico.locator(".alert.ok").waitFor();
    await noor.context().close();
    await nico.context().close();
  });
}
