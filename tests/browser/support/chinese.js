// Chinese that is left on an English page although it is no data. `leftovers` runs in the page.

/* global document, NodeFilter */

/**
 * Where data stands: cells of tables and definitions, code, titles of templates and messages in headings, what a person
 * typed, and everything that is marked as Chinese, such as the phone card.
 */
const DATA = "[lang]:not(html), code, pre, td, dd, textarea, script, noscript, datalist, title, svg desc, svg title";

/** Words of WeChat's own console that an English text has to quote as they stand there, and names of languages. */
export const QUOTED = [
  ...["功能", "订阅消息", "我的模板", "详情", "模板 ID", "详细内容", "开发管理", "开发设置"],
  ...["开发者 ID", "IP 白名单", "合法域名", "生成", "重置"],
  ...["消息推送配置", "服务器地址", "服务器域名", "安全模式", "兼容模式", "明文模式", "启用"],
  ...["中文", "简体中文", "繁體中文（香港）", "繁體中文（台灣）"],
];

export function leftovers({ data, known }) {
  const chinese = /[\p{Script=Han}，。；：？！“”（）、]/u;
  const longestFirst = [...known].sort((a, b) => b.length - a.length);
  const own = (text) => longestFirst.reduce((rest, word) => rest.replaceAll(word, ""), text);
  const found = [];
  const judge = (text, where) => {
    // Quotation marks are the same sign in both languages; alone they say nothing.
    const rest = own(text).replaceAll(/[“”]/g, "");
    if (chinese.test(rest)) found.push(`${where}: ${text.trim()}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, data: text } = walker.currentNode;
    if (!parentElement.closest(data)) judge(text, parentElement.tagName.toLowerCase());
  }
  for (const name of ["aria-label", "title", "alt"]) {
    for (const element of document.querySelectorAll(`body [${name}]`)) {
      if (!element.closest(data)) judge(element.getAttribute(name), `${element.tagName.toLowerCase()}[${name}]`);
    }
  }
  judge(document.title, "title");
  return found;
}

export const dataPlaces = DATA;

/** Names of the demo's mini programs, templates, fields and people, read from the pages that list or show them. */
export async function knownData(page, pages) {
  const known = new Set(QUOTED);
  const read = async (selector) => (await page.locator(selector).allTextContents()).map((t) => t.trim()).filter(Boolean);
  await page.goto("/mini-programs");
  for (const name of await read("tbody th")) known.add(name);
  for (const name of await read("#switcher option")) known.add(name);
  await page.goto("/templates");
  const templates = await page.locator("main a[href^='/templates/']").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  for (const path of new Set(templates.filter((path) => /^\/templates\/\d+$/.test(path)))) {
    await page.goto(path);
    for (const text of await read("h1, .phone-title, .phone dt, .phone dd")) known.add(text);
  }
  await page.goto("/templates/library");
  for (const category of await read("main a[href*='category=']")) known.add(category);
  await page.goto(pages.get("/subscribers/:id"));
  for (const remark of await read("h1")) known.add(remark);
  await page.goto(pages.get("/notices/:id/deliveries/:id"));
  for (const remark of await read("main a[href^='/subscribers/'], main header p")) known.add(remark);
  return [...known];
}
