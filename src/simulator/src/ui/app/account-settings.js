// One account: its circumstances, its secret and its tokens.

import { post } from "./api.js";
import {
  INVALID,
  attempt,
  button,
  card,
  confirmed,
  field,
  input,
  number,
  numberOf,
  select,
  toggle,
} from "./controls.js";
import { fill, h } from "./dom.js";
import { store } from "./store.js";
import { done } from "./toast.js";
import { t } from "./words.js";

/** What `GET /sim/state` adds to an account. */
const DERIVED = ["templateCount", "peopleCount", "quotaUsed", "templateListsUsed", "resetsLeft"];

/** The cards of an account, with one more below the narrower of the two. */
export function accountCards(appid, another) {
  return h(
    "div",
    { class: "grid two" },
    circumstances(appid),
    h("div", { class: "stack" }, credentials(appid), another),
  );
}

/** Sets some of an account, the rest as it stands now: the server takes the whole of it. */
export async function changeAccount(appid, changes) {
  await store.refresh();
  const account = { ...store.account(appid), ...changes };
  DERIVED.forEach((name) => delete account[name]);
  await post("accounts", account);
  await store.refresh();
}

async function save(appid, changes) {
  await changeAccount(appid, changes);
  done(t("已保存", "Saved"));
}

function circumstances(appid) {
  const account = store.account(appid);
  const rows = [
    [
      "ipAllowed",
      t("IP 在白名单内", "IP is on the whitelist"),
      t("关闭后，取凭证返回 40164。", "Off: token calls are answered 40164."),
    ],
    [
      "ipUnconfirmed",
      t("IP 待管理员确认", "IP awaits the administrator"),
      t("打开后，取凭证返回 89503。", "On: token calls are answered 89503."),
    ],
    [
      "secretFrozen",
      t("AppSecret 已冻结", "AppSecret is frozen"),
      t("打开后，取凭证返回 40243。", "On: token calls are answered 40243."),
    ],
    [
      "authorized",
      t("有权发送订阅消息", "May send subscribe messages"),
      t("关闭后，发送返回 48001。", "Off: sends are answered 48001."),
    ],
    [
      "knownOpenidsOnly",
      t("只认识登记过的 openid", "Knows registered openids only"),
      t("打开后，陌生 openid 返回 40003；否则返回 43101。", "On: a strange openid is answered 40003, otherwise 43101."),
    ],
  ];
  const switches = rows.map(([name, label, hint]) => flag(appid, name, label, hint, account[name]));
  return card(
    h("span", {}, t("状况", "Circumstances"), " ", h("code", {}, appid)),
    h("div", { class: "switches" }, switches),
    numbers(appid, account),
  );
}

function flag(appid, name, label, hint, on) {
  const change = async (now, box) => {
    if (!(await attempt(() => save(appid, { [name]: now })))) box.checked = !now;
  };
  return toggle(label, on, change, hint);
}

function numbers(appid, account) {
  const sends = number(account.dailySends);
  const classic = number(account.dailyClassicTokens);
  const lists = number(account.dailyTemplateLists);
  const limit = number(account.templateLimit);
  const life = number(account.tokenLifetimeSecs, { min: 1, max: 7200 });
  const url = input(account.backendUrl, { type: "url", class: "code", placeholder: "http://127.0.0.1:8080" });
  const pages = h("textarea", { class: "code", rows: 2, spellcheck: "false", value: (account.pages ?? []).join("\n") });
  const fields = {
    sends: field(t("每日发送上限", "Sends per day"), sends, t("超过后返回 45009。", "Beyond it: 45009.")),
    classic: field(
      t("每日取普通凭证上限", "Classic tokens per day"),
      classic,
      t("超过后返回 45009。", "Beyond it: 45009."),
    ),
    lists: field(t("每日查询模板上限", "Template lists per day"), lists, t("超过后返回 45009。", "Beyond it: 45009.")),
    limit: field(t("模板数量上限", "Templates allowed"), limit, t("超过后返回 200012。", "Beyond it: 200012.")),
    life: field(t("凭证有效期（秒）", "Token lifetime (seconds)"), life, t("微信是 7200。", "WeChat: 7200.")),
    url: field(
      t("后端地址", "Back-end address"),
      url,
      t("手机里的小程序向它登录和上报。", "The mini program on the phone logs in and reports there."),
    ),
    pages: field(
      t("已发布的页面", "Released pages"),
      pages,
      t(
        "每行一个；跳转到别的页面返回 41030。留空：任何页面都可以。",
        "One a line; other pages are answered 41030. Empty: any page is right.",
      ),
    ),
  };
  const keep = button(t("保存", "Save"), async () => {
    const values = [
      numberOf(fields.sends, sends),
      numberOf(fields.classic, classic),
      numberOf(fields.lists, lists),
      numberOf(fields.limit, limit),
      numberOf(fields.life, life),
    ];
    const right = fields.url.problem(urlProblem(url.value.trim()));
    if (!right || values.includes(null)) return INVALID;
    const [dailySends, dailyClassicTokens, dailyTemplateLists, templateLimit, tokenLifetimeSecs] = values;
    const listed = pages.value
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    const limits = {
      dailySends,
      dailyClassicTokens,
      dailyTemplateLists,
      templateLimit,
      tokenLifetimeSecs,
      backendUrl: url.value.trim() || null,
    };
    return save(appid, { ...limits, pages: listed.length > 0 ? listed : null });
  });
  return [
    h("div", { class: "fields" }, fields.sends, fields.classic, fields.lists, fields.limit, fields.life),
    fields.url,
    fields.pages,
    h("div", { class: "row" }, keep),
  ];
}

export function urlProblem(text) {
  if (!text) return "";
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && /^https?:$/.test(url.protocol)
    ? ""
    : t("请填以 http:// 或 https:// 开头的地址。", "Please enter an address that begins with http:// or https://.");
}

function credentials(appid) {
  const shown = h("output", { class: "secret code" });
  const reveal = (secret) => fill(shown, secret);
  const mask = () => fill(shown, "•".repeat(12));
  mask();
  const show = button(
    t("显示", "Show"),
    () => (shown.textContent.startsWith("•") ? reveal(store.account(appid).secret) : mask()),
    { class: "small" },
  );
  const next = input("", {
    class: "code",
    maxlength: 128,
    placeholder: t("留空则随机生成", "Empty: made up at random"),
  });
  const rotate = confirmed(t("更换密钥", "Rotate the secret"), async () => {
    const answer = await post("rotate-secret", { appid, secret: next.value.trim() || null });
    next.value = "";
    reveal(answer.secret);
    await store.refresh();
    done(t("密钥已更换，旧凭证全部失效。", "The secret was rotated; all tokens ended."));
  });
  const how = select("superseded", [
    ["superseded", t("被别处刷新（40001）", "superseded elsewhere (40001)")],
    ["expired", t("已过期（42001）", "expired (42001)")],
  ]);
  const end = button(t("让凭证失效", "End tokens"), async () => {
    await post("end-tokens", { appid, how: how.value });
    done(t("所有凭证已失效。", "All tokens ended."));
  });
  return card(
    t("密钥与凭证", "Secret and tokens"),
    h("div", { class: "stack" }, [
      h("div", {}, h("p", { class: "label" }, "AppSecret"), h("div", { class: "row" }, shown, show)),
      h("div", { class: "with-button" }, field(t("新的 AppSecret", "New AppSecret"), next), rotate),
      h("div", { class: "with-button" }, field(t("凭证如何失效", "How tokens end"), how), end),
    ]),
  );
}
