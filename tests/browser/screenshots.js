// Screenshots of every page of the demo, for eyes: `npm run screenshots`, into YANSHU_SCREENSHOTS (target/screenshots).
// With arguments, only of the pages whose name contains one of them.

import { mkdirSync } from "node:fs";
import path from "node:path";
import { launch, visit } from "./support/browser.js";
import { DEMO, demo, serve } from "./support/console.js";
import { settle } from "./support/settle.js";
import * as steps from "./support/steps.js";
import { PAGES, discover, draft } from "./support/tour.js";

const FOLDER = process.env.YANSHU_SCREENSHOTS ?? path.resolve(import.meta.dirname, "../../target/screenshots");
const only = process.argv.slice(2);
const EMPTY = ["/", "/templates", "/subscribers", "/send", "/notices", "/statistics", "/mini-programs"];
const WIDTHS = { desktop: 1280, phone: 390 };

const nameOf = (shape) => shape.replaceAll("/:id", "-one").replaceAll("/", "-").replace(/^-/, "") || "overview";

async function shoot(page, name, lang) {
  if (only.length > 0 && !only.some((part) => name.includes(part))) return;
  for (const [size, width] of Object.entries(WIDTHS)) {
    await page.setViewportSize({ width, height: size === "phone" ? 844 : 800 });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(settle);
      await page.screenshot({ path: path.join(FOLDER, `${name}.${lang}.${size}.${colorScheme}.png`), fullPage: true });
    }
  }
}

async function bare(browser, base, name) {
  for (const lang of ["zh", "en"]) {
    const { page, context } = await visit(browser, base, { lang });
    await page.goto(`/${name}`);
    await shoot(page, name, lang);
    await context.close();
  }
}

/** What a new installation shows before there is anything. */
async function empty(browser, base) {
  const visitor = await visit(browser, base);
  await steps.setUp(visitor);
  for (const lang of ["zh", "en"]) {
    await visitor.context.addCookies([{ name: "lang", value: lang, url: base }]);
    for (const shape of EMPTY) {
      await visitor.page.goto(shape);
      await shoot(visitor.page, `empty-${nameOf(shape)}`, lang);
    }
  }
  await visitor.context.close();
}

/** What comes and goes: a refused form, a notice that is being sent, a page that does not exist. */
async function passing(page, lang, paths, simulator) {
  await page.goto("/no/such/page");
  await shoot(page, "not-found", lang);
  await page.goto(paths.find((path) => path.endsWith("/content")));
  for (const input of await page.locator("input[name^='values[']").all()) await input.fill("一二三四五\u200b".repeat(7));
  await shoot(page, "content-wrong", lang);
  await page.locator("form[action='/actions/set-content'] button[type=submit]").click();
  await page.waitForLoadState();
  await shoot(page, "content-refused", lang);
  await simulator.settings({ latencyMs: 800 });
  await page.goto(paths.at(-1));
  await page.locator("form[action='/actions/confirm-notice'] button").click();
  await page.waitForURL(/\/notices\/\d+$/);
  await simulator.settings({ latencyMs: 8000 });
  await shoot(page, "notice-running", lang);
  await simulator.settings({ latencyMs: 0 });
}

mkdirSync(FOLDER, { recursive: true });
const browser = await launch();
const fresh = await serve("sqlite");
await bare(browser, fresh.url, "setup");
await empty(browser, fresh.url);
await fresh.stop();

const console_ = await demo();
await bare(browser, console_.url, "login");
let pages;
for (const lang of ["zh", "en"]) {
  const visitor = await visit(browser, console_.url, { lang });
  const { page, context } = visitor;
  await steps.signIn(visitor, DEMO);
  const paths = await draft(page);
  pages ??= await discover(visitor);
  for (const path of paths) pages.set(path.replace(/\d+/, ":id"), path);
  for (const shape of PAGES) {
    await page.goto(pages.get(shape), { waitUntil: "networkidle" });
    await shoot(page, nameOf(shape), lang);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");
  await page.locator(".menu summary").click();
  await page.screenshot({ path: path.join(FOLDER, `menu.${lang}.phone.png`) });
  await passing(page, lang, paths, console_.simulator);
  await context.close();
}
await browser.close();
await console_.stop();
console.log(`Screenshots are in ${FOLDER}`);
