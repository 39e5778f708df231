// What a person does, step by step, with keyboard and mouse. Controls are found by their ids and forms by their actions,
// so that a better wording breaks no test; the words themselves are looked at in screenshots.

import assert from "node:assert/strict";

export const ADMIN = { name: "wang", password: "a-goose-carries-letters" };
export const PROGRAM = { name: "雁城便民", appid: "wx0123456789abcdef", secret: "0123456789abcdef0123456789abcdef" };
export const TEMPLATE = {
  id: "TmplA0123456789abcdefghijklmnopqrstuvwxyzAB",
  title: "课程开课提醒",
  content: "课程名称:{{thing1.DATA}}\n开课时间:{{time2.DATA}}\n学费:{{amount3.DATA}}\n备注:{{thing4.DATA}}",
};
export const VALUES = { thing1: "高等数学（上）", time2: "2026年12月1日 09:00", amount3: "¥199.00", thing4: "请带教材" };

/** An openid, of the length that WeChat's have. */
export const openid = (n) => `oTest${String(n).padStart(23, "0")}`;

export const submit = (page, action) => page.locator(`form[action="/actions/${action}"] button[type=submit]`);

/** Picks one of a few as a person does: the whole card is its label. */
export const choose = (page, id) => page.locator(`label[for="${id}"]`).click();

/** Tells the simulator what stands at WeChat. */
export async function atWeChat(simulator) {
  await simulator.accounts({ appid: PROGRAM.appid, secret: PROGRAM.secret });
  const { id, title, content } = TEMPLATE;
  await simulator.templates({ appid: PROGRAM.appid, id, title, content });
}

export async function setUp(visitor) {
  const { page } = visitor;
  await visitor.open("/setup");
  await page.fill("#f-name", ADMIN.name);
  await page.fill("#f-password", ADMIN.password);
  await page.fill("#f-repeated", ADMIN.password);
  await visitor.lead("/mini-programs/new", () => submit(page, "set-up").click());
}

export async function signIn(visitor, { name, password } = ADMIN) {
  const { page } = visitor;
  await visitor.open("/login");
  await page.fill("#f-name", name);
  await page.fill("#f-password", password);
  await visitor.lead("/", () => submit(page, "sign-in").click());
}

/** Fills in the page that set-up leads to. */
export async function addMiniProgram(visitor) {
  const { page } = visitor;
  await page.fill("#f-name", PROGRAM.name);
  await page.fill("#f-appid", PROGRAM.appid);
  await page.fill("#f-app_secret", PROGRAM.secret);
  await page.fill("#f-default_page", "pages/course/detail");
  await visitor.lead(/^\/mini-programs\/\d+$/, () => submit(page, "add-mini-program").click());
}

export async function testConnection(visitor) {
  const { page } = visitor;
  await visitor.lead(/^\/mini-programs\/\d+\?check=good/, () => submit(page, "test-connection").click());
  assert.ok(await page.locator("#connection .notice-box.success").isVisible());
}

/** Registers the template by the text that people copy from the platform; gives back the page's path. */
export async function registerTemplate(visitor, pasted = async () => {}) {
  const { page } = visitor;
  await follow(visitor, "/templates");
  await visitor.lead("/templates/new", () => page.locator("main a[href='/templates/new']").first().click());
  await page.fill("#f-title", TEMPLATE.title);
  await page.fill("#f-pri_tmpl_id", TEMPLATE.id);
  await choose(page, "f-kind-one_time");
  await page.fill("#f-content", TEMPLATE.content);
  await pasted();
  await visitor.lead(/^\/templates\/\d+$/, () => submit(page, "register-template").click());
  for (const key of Object.keys(VALUES)) {
    assert.ok(await page.locator("main code", { hasText: new RegExp(`^${key}$`) }).first().isVisible(), key);
  }
  return new URL(page.url()).pathname;
}

/** What the mini program does when somebody accepts. */
export async function report(base, openId) {
  const body = { appId: PROGRAM.appid, openId, results: { [TEMPLATE.id]: "accept" } };
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${base}/api/subscribe/record`, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json();
  assert.deepEqual([response.status, answer.ok], [200, true], JSON.stringify(answer));
}

export async function addSubscriber(visitor, openId, remark) {
  const { page } = visitor;
  await follow(visitor, "/subscribers");
  await visitor.lead("/subscribers/new", () => page.locator("main a[href='/subscribers/new']").first().click());
  await page.fill("#f-openid", openId);
  await page.fill("#f-remark", remark);
  await page.selectOption("#f-template", { label: TEMPLATE.title });
  await page.fill("#f-grants", "1");
  await visitor.lead(/^\/subscribers\/\d+$/, () => submit(page, "add-subscriber").click());
}

/** From the navigation to the content of a new draft for everybody with a grant. */
export async function draftForEverybody(visitor) {
  const { page } = visitor;
  await follow(visitor, "/send");
  await choose(page, await page.locator("input[name=template]").first().getAttribute("id"));
  await visitor.lead(/^\/send\/\d+\/audience$/, () => submit(page, "begin-notice").click());
  await choose(page, "f-audience-everybody");
  await visitor.lead(/^\/send\/\d+\/content$/, () => submit(page, "set-audience").click());
}

export const field = (key) => `#f-values-${key}-`;

export async function fillContent(visitor, values = VALUES) {
  for (const [key, value] of Object.entries(values)) await visitor.page.fill(field(key), value);
}

/** Clicks an entry of the navigation, which a narrow window keeps behind a button. */
export async function follow(visitor, href) {
  const { page } = visitor;
  const entry = page.locator(`nav.nav a[href="${href}"]`);
  if (!(await entry.isVisible())) await page.locator(".menu summary").click();
  await visitor.lead(href, () => entry.click());
}

/** A number on the page as people read it. */
export async function numberIn(locator) {
  const text = (await locator.innerText()).replaceAll(",", "").trim();
  assert.match(text, /^\d+$/);
  return Number(text);
}
