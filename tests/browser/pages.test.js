// Every page of the demo, in both languages, light and dark, on a wide and a narrow window; keyboard and switches.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { launch, visit } from "./support/browser.js";
import { dataPlaces, knownData, leftovers } from "./support/chinese.js";
import { DEMO, demo } from "./support/console.js";
import { faint } from "./support/contrast.js";
import { settle } from "./support/settle.js";
import { follow, signIn } from "./support/steps.js";
import { PAGES, discover, draft } from "./support/tour.js";

const WIDTHS = [1280, 390];
const THEMES = ["light", "dark"];

describe("the pages of the demo", () => {
  let browser, console_, visitor, page, pages, known;
  before(async () => {
    browser = await launch();
    console_ = await demo();
    visitor = await visit(browser, console_.url);
    page = visitor.page;
  });
  beforeEach(() => wide(1280));
  after(async () => {
    await browser?.close();
    await console_?.stop();
  });

  const wide = (width) => page.setViewportSize({ width, height: 900 });

  test("the sign-in page, and a wrong password", async () => {
    for (const width of WIDTHS) {
      await wide(width);
      await visitor.open("/login");
    }
    await page.fill("#f-name", DEMO.name);
    await page.fill("#f-password", "not-the-password");
    await visitor.lead("/login", () => page.locator("form[action='/actions/sign-in'] button").click());
    assert.ok(await page.locator(".form-errors, .flash.fail").first().isVisible());
    await signIn(visitor, DEMO);
  });

  test("links lead to every page", async () => {
    await draft(page);
    const found = await discover(visitor);
    for (const path of await draft(page)) found.set(path.replace(/\d+/, ":id"), path);
    assert.deepEqual(PAGES.filter((shape) => !found.has(shape)), [], "pages that nothing leads to");
    pages = PAGES.map((shape) => found.get(shape));
    known = await knownData(page, found);
    visitor.quiet();
  });

  for (const lang of ["zh", "en"]) {
    for (const width of WIDTHS) {
      test(`every page in ${lang} at ${width} px, light and dark`, async () => {
        const context = await visit(browser, console_.url, { lang, width });
        try {
          await signIn(context, DEMO);
          const wrong = [];
          for (const path of pages) wrong.push(...(await look(context, path)));
          assert.deepEqual(wrong, []);
        } finally {
          await context.context.close();
        }
      });
    }
  }

  async function look(visitor, path) {
    const { page, lang } = visitor;
    const wrong = [];
    await visitor.open(path).catch((error) => wrong.push(error.message));
    assert.equal(await page.locator("html").getAttribute("lang"), lang === "zh" ? "zh-CN" : "en");
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(settle);
      wrong.push(...(await page.evaluate(faint)).map((text) => `${path} ${colorScheme}: faint: ${text}`));
    }
    await page.emulateMedia({ colorScheme: "light" });
    if (lang === "en") {
      const found = await page.evaluate(leftovers, { data: dataPlaces, known });
      wrong.push(...found.map((text) => `${path}: Chinese left: ${text}`));
    }
    return wrong;
  }

  test("what is folded away is in order, too", async () => {
    await wide(390);
    const wrong = [];
    for (const path of pages) {
      await page.goto(path);
      await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
      await visitor.check().catch((error) => wrong.push(error.message));
    }
    assert.deepEqual(wrong, []);
  });

  test("a page that does not exist says so and leads back", async () => {
    visitor.allow(/status of 404/);
    for (const path of ["/no/such/page", "/notices/999999", "/templates/x"]) {
      const response = await page.goto(path);
      assert.equal(response.status(), 404, path);
      await visitor.check();
      assert.ok(await page.locator("main a[href='/']").isVisible());
    }
  });

  test("the keyboard reaches the content first, then all of the navigation", async () => {
    await visitor.open("/");
    const focused = async () => {
      await page.evaluate(settle);
      return page.evaluate(() => {
        const { activeElement: at } = document;
        // A bar of a chart is marked on its ground, where an outline would hide its neighbours.
        const style = getComputedStyle(at);
        const stroke = at.querySelector(".hit") && getComputedStyle(at.querySelector(".hit")).stroke;
        const box = at.getBoundingClientRect();
        const seen = box.width > 1 && box.right > 0 && box.bottom > 0 && box.top < innerHeight;
        const marked = style.outlineStyle !== "none" || style.boxShadow !== "none" || (stroke ?? "none") !== "none";
        const entry = at.closest("nav.nav") !== null;
        return { href: at.getAttribute("href"), text: at.textContent.trim(), entry, seen, marked };
      });
    };
    await page.keyboard.press("Tab");
    const skip = await focused();
    assert.equal(skip.href, "#content");
    assert.ok(skip.seen, "the skip link comes into sight");
    const entries = await page.locator("nav.nav a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    const reached = [];
    for (let i = 0; i < 25; i++) {
      await page.keyboard.press("Tab");
      const at = await focused();
      assert.ok(at.seen && at.marked, `one sees where one is: ${JSON.stringify(at)}`);
      if (at.entry) reached.push(at.href);
    }
    assert.deepEqual(reached, entries);

    await visitor.open("/templates");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.closest("main") !== null), "the skip link skips");
  });

  test("a narrow window keeps the navigation behind a button for the keyboard, too", async () => {
    await wide(390);
    await visitor.open("/");
    const entry = page.locator("nav.nav a[href='/statistics']");
    assert.equal(await entry.isVisible(), false);
    await page.locator(".menu summary").focus();
    await page.keyboard.press("Enter");
    await entry.waitFor();
    await visitor.check();
    await visitor.lead("/statistics", () => entry.press("Enter"));
  });

  test("language and theme are switched and stay", async () => {
    await visitor.open("/statistics?template=1");
    const root = page.locator("html");
    const press = (name, value) =>
      visitor.lead(/^\/statistics\?template=1$/, () => page.locator(`.preferences button[name=${name}][value=${value}]`).click());
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await press("lang", "en");
    assert.equal(await root.getAttribute("lang"), "en");
    await press("theme", "dark");
    assert.equal(await root.getAttribute("data-theme"), "dark");
    const dark = await ground();
    await press("theme", "light");
    assert.equal(await root.getAttribute("data-theme"), "light");
    assert.notEqual(await ground(), dark);
    await follow(visitor, "/templates");
    assert.deepEqual([await root.getAttribute("lang"), await root.getAttribute("data-theme")], ["en", "light"]);
  });

  test("another mini program is chosen and stays", async () => {
    await visitor.open("/");
    const other = await page.locator("#switcher option:not([selected])").first().getAttribute("value");
    await page.selectOption("#switcher", other);
    await visitor.lead("/", () => page.locator("form.switcher button").click());
    await follow(visitor, "/templates");
    assert.equal(await page.locator("#switcher").inputValue(), other);
  });
});
