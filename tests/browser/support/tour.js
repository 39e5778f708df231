// The pages of the console, found as a person finds them: by following links.

/** Every page with navigation around it, as the shape of its path. Those of a draft need one first. */
export const PAGES = [
  "/",
  "/templates",
  "/templates/new",
  "/templates/sync",
  "/templates/library",
  "/templates/:id",
  "/templates/:id/edit",
  "/templates/:id/delete",
  "/subscribers",
  "/subscribers/new",
  "/subscribers/import",
  "/subscribers/:id",
  "/send",
  "/send/:id/audience",
  "/send/:id/content",
  "/send/:id/review",
  "/notices",
  "/notices/recurring",
  "/notices/:id",
  "/notices/:id/deliveries/:id",
  "/statistics",
  "/mini-programs",
  "/mini-programs/new",
  "/mini-programs/:id",
  "/mini-programs/:id/health",
  "/mini-programs/:id/reset-quota",
  "/mini-programs/:id/callback",
  "/mini-programs/:id/remove-callback",
  "/mini-programs/:id/rules",
  "/mini-programs/:id/connect",
  "/mini-programs/:id/login-key",
  "/errors",
  "/errors/:id",
  "/settings/users",
  "/settings/api-keys",
  "/settings/webhooks",
  "/system",
  "/account",
];

const shape = (path) => path.replace(/\/-?\d+(?=\/|$)/g, "/:id");

/** An address of each page that links lead to from the overview, as a map from shape to path. */
export async function discover(visitor) {
  const { page } = visitor;
  const found = new Map();
  const queue = ["/"];
  const tried = new Set();
  while (queue.length > 0) {
    const path = queue.shift();
    if (found.has(shape(path)) || tried.has(path)) continue;
    tried.add(path);
    await page.goto(path);
    // A draft's own page leads on to the step where it was left; another notice has one.
    const here = new URL(page.url()).pathname;
    if (!found.has(shape(here))) found.set(shape(here), here);
    queue.push(...(await links(page)));
  }
  return found;
}

/** Links to pages of the console; files are downloaded, and the reference of the API is a document of its own. */
async function links(page) {
  const all = await page
    .locator("a[href^='/']")
    .evaluateAll((all) => all.map((a) => a.getAttribute("href").split(/[?#]/)[0]));
  return all.filter((path) => !/\.(csv|xlsx)$/.test(path) && !path.startsWith("/api/"));
}

/** Fills the fields of a message with values that their rules allow. */
export async function fillValues(page) {
  for (const input of await page.locator("input[name^='values[']").all()) {
    await input.fill((await input.getAttribute("placeholder")) || example(await input.getAttribute("name")));
  }
}

/** Makes a draft that is ready to be confirmed and gives back the paths of its steps. */
export async function draft(page) {
  const submit = async (action, path) => {
    await page.locator(`form[action="/actions/${action}"] button[type=submit]`).first().click();
    await page.waitForURL(path);
  };
  await page.goto("/send");
  await page.locator("label[for^='f-template-']").first().click();
  await submit("begin-notice", /\/audience$/);
  await page.locator("label[for='f-audience-everybody']").click();
  await submit("set-audience", /\/content$/);
  await fillValues(page);
  await submit("set-content", /\/review$/);
  const base = new URL(page.url()).pathname.replace(/\/review$/, "");
  return ["audience", "content", "review"].map((step) => `${base}/${step}`);
}

/** A value that every template of the demo takes. */
function example(name) {
  const kind = /\[([a-z_]+)\d+\]/.exec(name)[1];
  const values = {
    thing: "村口路灯不亮，晚上出行不便",
    phrase: "处理中",
    name: "李建国",
    time: "2026年11月20日 15:20",
    date: "2026年11月20日",
    amount: "¥39.90",
    character_string: "YC-1123-017",
    phone_number: "0734-8866021",
  };
  return values[kind] ?? "1";
}
