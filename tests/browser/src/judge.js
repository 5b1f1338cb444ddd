// Checks pages: accessibility with axe-core, and HTML with html-validate.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const validator = new HtmlValidate(
  new StaticConfigLoader({
    extends: ["html-validate:recommended"],
    rules: {
      // A title contains the function and the organisation, whose names may be long.
      "long-title": ["error", { maxlength: 120 }],
      "doctype-style": ["error", { style: "lowercase" }],
      // The checkboxes of one field share its name, as HTML forms send several values.
      "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit"] }],
      "no-inline-style": "error",
    },
  }),
);

/** Asserts that a page is valid, accessible, not wider than its window and without script errors. */
export async function judge(page, what) {
  // The page's policy forbids foreign scripts, so axe-core runs through the debugger.
  const session = await page.context().newCDPSession(page);
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    expression: `${axe}\n;axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((found) => JSON.stringify(found.violations.map(
      ({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => node.target.join(" ") + " " + node.html.slice(0, 160)) }))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  assert.equal(exceptionDetails, undefined, `axe-core on ${what}`);
  assert.deepEqual(JSON.parse(result.value), [], `accessibility of ${what}`);

  const report = await validator.validateString(await markup(page));
  const messages = report.results.flatMap((found) => found.messages.map((each) => `${each.line}: ${each.ruleId}: ${each.message}`));
  assert.deepEqual(messages, [], `HTML of ${what}`);

  const dangling = await page.locator('.alert.failed a[href^="#"]').evaluateAll((links) =>
    links.filter((link) => !document.querySelector(link.hash)).map((link) => link.hash));
  assert.deepEqual(dangling, [], `error links lead to their fields, on ${what}`);

  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${what} is ${overflow} pixels wider than its window`);
  assert.deepEqual(page.problems, [], `problems of ${what}`);
}

/** Returns the document as it was sent. A browser may have dropped it; then it is fetched again. */
async function markup(page) {
  if (page.shown?.url() === page.url()) {
    try {
      return await page.shown.text();
    } catch {
      // The browser has dropped it.
    }
  }
  return (await page.request.get(page.url())).text();
}
