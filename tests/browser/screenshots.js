// Renews the pictures of docs/screenshots: the main pages, light, dark and narrow.
import { mkdirSync } from "node:fs";
import { World } from "./src/world.js";
import { ask, visit, visitAs } from "./src/visit.js";

const TO = new URL("../../docs/screenshots/", import.meta.url).pathname;
const WIDE = { viewport: { width: 1200, height: 860 } };
const NARROW = { viewport: { width: 360, height: 760 } };
const DARK = { colorScheme: "dark" };

const world = await World.start();
mkdirSync(TO, { recursive: true });

async function take(page, name) {
  // Without animations and caret, so that pictures are reproducible.
  await page.screenshot({ path: `${TO}${name}.png`, animations: "disabled", caret: "hide", scale: "css" });
}

for (const [name, options] of [["light", WIDE], ["dark", { ...WIDE, ...DARK }], ["narrow", NARROW]]) {
  const page = await visitAs(world, "sanne", options);
  await page.goto(`${page.origin}/`);
  if (name !== "dark") await take(page, `search-${name}`);
  await ask(page, "eigen bijdrage te hoog na opname echtgenoot", "Zaanstad");
  await take(page, `results-${name}`);
  await page.locator("article.card h2 a").first().click();
  await page.waitForURL("**/medewerker/**");
  if (name === "light") {
    await take(page, `entry-${name}`);
    await page.getByText("Klopt dit niet?").click();
    await page.locator("details.report").screenshot({ path: `${TO}report-light.png`, animations: "disabled", scale: "css" });
  }
  await page.context().close();
}
const publisher = await visitAs(world, "noor", WIDE);
await publisher.goto(`${publisher.origin}/eigen`);
await take(publisher, "own-light");
await publisher.getByRole("link", { name: /^Wijzigen/ }).first().click();
await take(publisher, "form-light");
await publisher.context().close();
const operator = await visitAs(world, "bas", WIDE);
await operator.goto(`${operator.origin}/beheer`);
await take(operator, "operate-light");
await operator.goto(`${operator.origin}/beheer/organisaties/zb000211`);
await take(operator, "organisation-light");
await operator.context().close();
const stranger = await visit(world, WIDE);
await stranger.goto(`${stranger.origin}/inloggen`);
await take(stranger, "login-light");
await world.stop();
