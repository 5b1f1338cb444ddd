// A tour of all main pages and their states: with and without results, with errors, expanded, refused.
import { ask, visit, visitAs } from "./visit.js";

export const SITUATION = "eigen bijdrage te hoog na opname echtgenoot";

/** Visits all pages in windows with `options`, all roles concurrently, and calls `look` with each page and its name. Writes nothing. */
export async function tour(world, options, look) {
  const everybody = [strangers, professionals, publishers, operators];
  await Promise.all(everybody.map((visitor) => visitor(world, options, look)));
}

async function strangers(world, options, look) {
  const page = await visit(world, options);
  await page.goto(`${page.origin}/inloggen`);
  await look(page, "login");
  await page.goto(`${page.origin}/uitgelogd`);
  await look(page, "logged-out");
  await page.context().close();
}

async function professionals(world, options, look) {
  const page = await visitAs(world, "sanne", options);
  await look(page, "search");
  await page.getByLabel("Gemeente of plaats").fill("Nergenshuizen");
  await page.getByLabel("Gemeente of plaats").press("Enter");
  await page.locator("#gemeente-fout").waitFor();
  await look(page, "search-error");
  await ask(page, SITUATION, "Zaanstad");
  await look(page, "results");
  for (const summary of await page.locator("article.card summary").all()) await summary.click();
  await look(page, "results-opened");
  const href = await page.locator("article.card h2 a").first().getAttribute("href");
  await page.locator("#verfijnen button").first().click();
  await page.getByRole("button", { name: /^Haal weg/ }).first().waitFor();
  await look(page, "results-narrowed");
  await ask(page, "xqzvw kwrtplmn");
  await look(page, "results-empty");
  await page.goto(page.origin + href);
  await look(page, "entry");
  await page.getByText("Klopt dit niet?").click();
  await look(page, "entry-report");
  await page.goto(`${page.origin}/organisatie/zb000211`);
  await look(page, "organisation");
  await page.goto(`${page.origin}/nergens`);
  await look(page, "not-found");
  await page.goto(`${page.origin}/beheer`);
  await look(page, "refused");
  await page.context().close();
}

async function publishers(world, options, look) {
  const page = await visitAs(world, "noor", options);
  const save = (name = "Opslaan") => page.getByRole("button", { name, exact: true }).click();
  const wrong = () => page.locator(".alert.failed").waitFor();
  await page.goto(`${page.origin}/eigen`);
  await look(page, "own");
  const list = page.url();
  await page.getByRole("link", { name: /^Wijzigen/ }).first().click();
  await page.getByRole("heading", { name: /^Wijzigen/ }).waitFor();
  await look(page, "own-form");
  await page.goto(`${page.origin}/eigen/nieuw`);
  await page.getByLabel("Mailadres").fill("geen adres");
  await page.getByLabel("Gemeenten").fill("Nergenshuizen");
  await save();
  await wrong();
  await look(page, "own-form-errors");
  await page.goto(list);
  await page.getByRole("link", { name: /^Afwezig/ }).first().click();
  await page.getByLabel("Eerste dag").first().fill("2027-03-02");
  await page.getByLabel("Laatste dag").first().fill("2027-03-01");
  await save();
  await wrong();
  await look(page, "own-absence-errors");
  await page.goto(list);
  await page.getByRole("link", { name: /^Intrekken/ }).first().click();
  await page.getByRole("heading", { name: /^Intrekken/ }).waitFor();
  await look(page, "own-withdraw");
  await page.context().close();
}

async function operators(world, options, look) {
  const page = await visitAs(world, "bas", options);
  const wrong = () => page.locator(".alert.failed").waitFor();
  await page.goto(`${page.origin}/beheer`);
  await look(page, "operate");
  await page.goto(`${page.origin}/beheer/organisaties`);
  await look(page, "operate-organisations");
  await page.goto(`${page.origin}/beheer/organisaties/nieuw`);
  await page.getByRole("button", { name: "Vastleggen" }).click();
  await wrong();
  await look(page, "operate-organisation-errors");
  await page.goto(`${page.origin}/beheer/organisaties/zb000211`);
  await look(page, "operate-organisation");
  await page.getByLabel("OIN").fill("123");
  await page.getByRole("button", { name: "Machtiging geven" }).click();
  await wrong();
  await look(page, "operate-grant-errors");
  await page.goto(`${page.origin}/beheer/registers`);
  await look(page, "operate-peers");
  await page.goto(`${page.origin}/beheer/registers/nieuw`);
  await page.getByRole("button", { name: "Opslaan" }).click();
  await wrong();
  await look(page, "operate-peer-errors");
  await page.context().close();
}
