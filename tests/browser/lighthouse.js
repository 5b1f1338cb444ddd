// Prints Lighthouse's scores of the main pages, as a logged-in user sees them, as a table in Markdown.
import { spawn } from "node:child_process";
import { eventually } from "./src/eventually.js";
import { folder } from "./src/processes.js";
import { World } from "./src/world.js";
import { ask, visitAs } from "./src/visit.js";

const { default: lighthouse } = await import(process.env.LIGHTHOUSE);
const PORT = 9339;
const CATEGORIES = ["performance", "accessibility", "best-practices"];

const world = await World.start();
const page = await visitAs(world, "sanne");
const [cookie] = (await page.context().cookies()).filter((one) => one.name === "__Host-mwr");
await ask(page, "eigen bijdrage te hoog na opname echtgenoot", "Zaanstad");
const results = page.url();
const entry = await page.locator("article.card h2 a").first().getAttribute("href");

const chromium = spawn(process.env.CHROMIUM ?? "/usr/bin/chromium", [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--ignore-certificate-errors", `--remote-debugging-port=${PORT}`,
  `--user-data-dir=${folder()}`, "about:blank",
], { stdio: "ignore" });
process.on("exit", () => chromium.kill());
await eventually("a browser", async () => (await fetch(`http://127.0.0.1:${PORT}/json/version`)).ok);

console.log(`\n| page | ${CATEGORIES.join(" | ")} |\n|---|---|---|---|`);
for (const [name, url] of [["first page", `${page.origin}/`], ["results", results], ["entry", page.origin + entry]]) {
  const run = await lighthouse(url, {
    port: PORT,
    logLevel: "error",
    onlyCategories: CATEGORIES,
    disableStorageReset: true,
    extraHeaders: { Cookie: `__Host-mwr=${cookie.value}` },
  });
  const { categories, audits } = run.lhr;
  console.log(`| ${name} | ${CATEGORIES.map((category) => Math.round(categories[category].score * 100)).join(" | ")} |`);
  const weak = Object.values(audits).filter((audit) => audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== "informative");
  for (const audit of weak) console.error(`${name}: ${audit.id}: ${audit.displayValue ?? audit.title}`);
}
await page.context().close();
chromium.kill();
await world.stop();
