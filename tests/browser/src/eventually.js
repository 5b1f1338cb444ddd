// Waits for a condition: the only way in which a story waits.

/** Polls `check` until it returns something truthy, and returns that. After `limit` milliseconds it throws, with the last error
 * of `check` as the cause. The limit only guards against hanging. */
export async function eventually(what, check, limit = 120_000) {
  const end = Date.now() + limit;
  let problem;
  for (;;) {
    try {
      const found = await check();
      if (found) return found;
    } catch (error) {
      problem = error;
    }
    if (Date.now() > end) throw new Error(`${what} did not happen within ${limit} ms`, { cause: problem });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
