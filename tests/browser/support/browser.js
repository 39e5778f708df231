// Chromium, and pages that fail the test on whatever a person would call broken.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { wrongs } from "./checks.js";
import { settle } from "./settle.js";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PATIENCE_MS = 20_000;

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGS });
}

/** A new visitor: cookies of their own, `lang` zh or en, with or without scripts. */
export async function visit(browser, base, { lang = "zh", scripts = true, width = 1280, theme = "light" } = {}) {
  const context = await browser.newContext({
    baseURL: base,
    locale: lang === "zh" ? "zh-CN" : "en-GB",
    timezoneId: "Asia/Shanghai",
    javaScriptEnabled: scripts,
    viewport: { width, height: 900 },
    colorScheme: theme,
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return new Visitor(context, lang, scripts, await context.newPage());
}

export class Visitor {
  #complaints = [];
  #allowed = [];

  constructor(context, lang, scripts, page) {
    Object.assign(this, { context, lang, scripts, page });
    this.#listen(page);
  }

  /** The text of the visitor's language. */
  t = (zh, en) => (this.lang === "zh" ? zh : en);

  /** Another tab of the same visitor. */
  async tab() {
    const page = await this.context.newPage();
    this.#listen(page);
    return page;
  }

  /** Opens a path and checks the page. */
  async open(path) {
    const response = await this.page.goto(path);
    assert.ok(response.status() < 400, `${path}: ${response.status()}`);
    await this.check();
  }

  /** Does something that leads to another page, waits for its path, and checks it. */
  async lead(path, act) {
    const url = (address) => matches(path, address);
    // The address alone may be the old one; a page that is left fires the event.
    await Promise.all([this.page.waitForEvent("domcontentloaded"), act()]);
    await this.page.waitForURL(url).catch(() => assert.fail(`led to ${this.page.url()} instead of ${path}`));
    await this.check();
  }

  /** Checks the page as it stands. */
  async check(page = this.page) {
    if (this.scripts) await page.evaluate(settle);
    const found = await page.evaluate(wrongs);
    const where = new URL(page.url());
    assert.deepEqual(found, [], `${where.pathname}${where.search} (${this.lang}, ${page.viewportSize().width} px)`);
    this.quiet();
  }

  /** Fails if a page complained since it was last asked. */
  quiet() {
    const complaints = this.#complaints.filter((text) => !this.#allowed.some((pattern) => pattern.test(text)));
    assert.deepEqual(complaints, [], "what pages complained of");
  }

  /** Complaints that the test provokes on purpose. */
  allow(pattern) {
    this.#allowed.push(pattern);
  }

  async leave() {
    await this.context.close();
    this.quiet();
  }

  // Chromium reports violations of the content security policy on the console, too.
  #listen(page) {
    const note = (text) => this.#complaints.push(`${page.url()}: ${text}`);
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) note(message.text());
    });
    page.on("pageerror", (error) => note(String(error)));
    page.on("crash", () => note("the page crashed"));
    page.on("dialog", (dialog) => note(`a dialog: ${dialog.message()}`));
  }
}

function matches(path, address) {
  return path instanceof RegExp ? path.test(address.pathname + address.search) : address.pathname === path;
}

/** Asks until the answer pleases `wanted`, and gives it back. */
export async function eventually(ask, wanted, what, patience = PATIENCE_MS) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    assert.ok(Date.now() < end, `${what}: still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
