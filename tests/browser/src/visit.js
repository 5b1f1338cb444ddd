// A visitor with a browser window of their own.
import assert from "node:assert/strict";

/** Opens a window without state of earlier visits, for the page at `origin`. */
export async function visit(world, options = {}, origin = world.node.origin) {
  const context = await world.browser.newContext({ ignoreHTTPSErrors: true, locale: "nl-NL", ...options });
  // Only guards against hanging: a debug build on a busy machine may take seconds for a page.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  // Errors of the page itself: failing scripts, and violations of its own policy.
  page.problems = [];
  page.addresses = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("console", (message) => {
    // The provider's pages are not ours, and some stories expect error statuses.
    const ours = message.location().url.startsWith(origin);
    if (ours && message.type() === "error" && !message.text().includes("status of 4")) page.problems.push(message.text());
  });
  page.on("request", (request) => page.addresses.push(request.url()));
  page.origin = origin;
  // The response of the shown document: that of a form has no URL from which it could be fetched again.
  page.on("response", (response) => {
    const request = response.request();
    if (request.isNavigationRequest() && response.status() !== 303 && response.frame() === page.mainFrame()) page.shown = response;
  });
  return page;
}

/** Logs `who` in at the provider. */
export async function logIn(page, who, way = "Inloggen met Proefaccount") {
  await page.goto(`${page.origin}/inloggen`);
  await page.getByRole("button", { name: way }).click();
  await logInThere(page, who);
  await page.waitForURL(`${page.origin}/**`);
}

/** Fills in the provider's login form. */
export async function logInThere(page, who) {
  await page.locator('input[name="login"]').fill(who);
  await page.locator('input[name="password"]').fill("geheim");
  await page.locator('button[type="submit"]').click();
}

/** Opens a window in which `who` is logged in. */
export async function visitAs(world, who, options) {
  const page = await visit(world, options);
  await logIn(page, who);
  assert.equal(new URL(page.url()).pathname, "/");
  return page;
}

/** Asks a question on the first page. */
export async function ask(page, question, place = "") {
  await page.goto(`${page.origin}/`);
  await page.getByLabel("Wat is er aan de hand?").fill(question);
  await page.getByLabel("Gemeente of plaats").fill(place);
  // Not the button: in a narrow window suggestions may cover it.
  await page.getByLabel("Gemeente of plaats").press("Enter");
  await page.waitForURL("**/resultaat/*");
}
