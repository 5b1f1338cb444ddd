// "Klopt dit niet?": from the report of a problem to its settlement by the owner.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { judge } from "../src/judge.js";
import { story } from "../src/story.js";
import { SITUATION } from "../src/tour.js";
import { ask, visitAs } from "../src/visit.js";

const DOUBTED = "Betwijfeld: collega's meldden dat dit niet klopt";

export function stories(world) {
  story(world, "two reports mark an entry as doubted until its owner settles them", async () => {
    const sanne = await visitAs(world, "sanne");
    const found = async (page) => {
      await ask(page, SITUATION, "Zaanstad");
      return page.locator("article.card").first();
    };
    const card = await found(sanne);
    const href = await card.getByRole("heading", { level: 2 }).getByRole("link").getAttribute("href");
    const title = await card.getByRole("heading", { level: 2 }).innerText();
    const doubted = async (page) => {
      await page.goto(page.origin + href);
      return page.getByText(DOUBTED).count();
    };
    // A person counts once, however often and with whichever account they report.
    await report(sanne, href, "Er komt geen antwoord.");
    await report(sanne, href, "Het telefoonnummer of mailadres klopt niet.");
    assert.equal(await doubted(sanne), 0);
    // Another person with the same name and organisation counts.
    const other = await visitAs(world, "naamgenoot");
    await report(other, href, "Deze functionaris werkt hier niet meer.");
    assert.equal(await doubted(other), 1);
    await judge(other, "a doubted entry");
    assert.equal(await (await found(sanne)).getByText(DOUBTED).count(), 1, "in the results too");
    await judge(sanne, "results with a doubted entry");
    keepsNobody(world);

    // Owner and operator see it.
    const noor = await visitAs(world, "noor");
    await noor.goto(`${noor.origin}/eigen`);
    const list = noor.getByRole("region", { name: /^Meldingen van collega/ });
    const reports = list.getByRole("listitem").filter({ hasText: title });
    assert.equal(await reports.count(), 2);
    assert.match(await list.innerText(), /Er komt geen antwoord\..*Deze functionaris werkt hier niet meer\./s);
    assert.doesNotMatch(await noor.getByRole("main").innerText(), /Sanne/);
    await judge(noor, "own reports");
    const bas = await visitAs(world, "bas");
    await bas.goto(`${bas.origin}/beheer`);
    await bas.getByRole("heading", { name: /^Open meldingen/ }).waitFor();
    await judge(bas, "a worklist with reports");

    // A verification settles all of them.
    const line = noor.locator("li.card").filter({ has: noor.getByRole("heading", { name: title }) });
    assert.equal(await line.getByText("Betwijfeld").count(), 1);
    await line.getByRole("button", { name: /^Klopt nog/ }).click();
    await noor.locator(".alert.ok").waitFor();
    assert.equal(await list.count(), 0);
    assert.equal(await doubted(sanne), 0);
    assert.equal(await (await found(other)).getByText(DOUBTED).count(), 0);

    // A single report can be settled too.
    await report(sanne, href, "Deze functionaris gaat hier niet over.");
    await noor.goto(`${noor.origin}/eigen`);
    await list.getByRole("button", { name: /^Het klopt toch/ }).click();
    await noor.locator(".alert.ok").waitFor();
    assert.equal(await list.count(), 0);
    for (const page of [sanne, other, noor, bas]) await page.context().close();
  });
}

async function report(page, href, reason) {
  await page.goto(page.origin + href);
  await page.getByText("Klopt dit niet?").click();
  await page.getByRole("button", { name: reason }).click();
  await page.getByText("Dank u.").waitFor();
}

/** Asserts that no file of the register identifies a reporter: no name, no account, and no digest that could be recomputed. */
function keepsNobody(world) {
  const digest = createHash("sha256").update(`${world.provider.issuer}\0naamgenoot`).digest();
  const telling = ["naamgenoot", "Sanne de Vries", digest, digest.toString("hex")].map((one) => Buffer.from(one));
  const files = readdirSync(world.data, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  assert.ok(files.length > 3);
  for (const file of files) {
    const bytes = readFileSync(join(file.parentPath, file.name));
    for (const one of telling) assert.ok(!bytes.includes(one), file.name);
  }
}
