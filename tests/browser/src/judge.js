// What is wrong with a page: by axe-core for people, by html-validate for machines.
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
      // A title names the function and the organisation, which people may call as they like.
      "long-title": ["error", { maxlength: 120 }],
      "doctype-style": ["error", { style: "lowercase" }],
      // Ticks of one field share its name: that is how a form sends several.
      "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit"] }],
      "no-inline-style": "error",
    },
  }),
);

/** Asserts that a page is well-formed, accessible, as wide as its window and without problems of its own. */
export async function judge(page, what) {
  // The policy of the page allows no script but ours, so axe comes in by the debugger's door.
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
  assert.deepEqual(dangling, [], `what is wrong can be mended, on ${what}`);

  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${what} is ${overflow} pixels wider than its window`);
  assert.deepEqual(page.problems, [], `problems of ${what}`);
}

/** The document as it was sent. A browser forgets it at times; then it is asked for once more. */
async function markup(page) {
  if (page.shown?.url() === page.url()) {
    try {
      return await page.shown.text();
    } catch {
      // It was dropped.
    }
  }
  return (await page.request.get(page.url())).text();
}
