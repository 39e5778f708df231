// The templates of one account.

import { get, post } from "./api.js";
import { INVALID, badge, button, card, confirmed, field, input, select, table } from "./controls.js";
import { h, live } from "./dom.js";
import { poll } from "./poll.js";
import { store } from "./store.js";
import { done } from "./toast.js";
import { t } from "./words.js";

const EVERY_MS = 3000;
const LINE = /^[^:：]+[:：]\s*\{\{\s*[a-z_]+\d+\.DATA\s*\}\}$/;

/** `onTemplates` is told which there are, again and again. */
export function templatesCard(appid, onTemplates) {
  const list = live(h("div"), (templates) => drawList(appid, templates, () => polling.now()));
  const polling = poll(async (signal) => {
    const templates = await get("templates", { appid }, signal);
    list.set(templates);
    onTemplates(templates);
  }, EVERY_MS);
  return {
    element: card(
      t("模板", "Templates"),
      list.element,
      adding(appid, () => polling.now()),
    ),
    stop: polling.stop,
  };
}

function drawList(appid, templates, again) {
  const heads = [
    t("模板", "Template"),
    [t("类型", "Kind"), "nowrap"],
    t("内容", "Content"),
    t("状态", "State"),
    [t("操作", "Actions"), "actions"],
  ];
  const rows = templates.map((one) => [
    h("span", { class: "wraps" }, one.title || "—", h("br"), h("code", { class: "small muted" }, one.id)),
    kindWords(one),
    h("span", { class: "lines small" }, one.content.trim() || t("任何字段", "any fields")),
    one.banned ? badge("fail", t("已封禁", "banned")) : badge("success", t("正常", "in order")),
    h("span", { class: "row end" }, actions(appid, one, again)),
  ]);
  return table(t("模板", "Templates"), heads, rows, t("还没有模板。", "No template yet."));
}

function kindWords(one) {
  if (one.serviceCard) return t("服务卡片", "service card");
  return one.type === 3 ? t("长期", "long-term") : t("一次性", "one-time");
}

function actions(appid, { id, banned }, again) {
  const change = async () => {
    await post("templates/ban", { appid, id, banned: !banned });
    await again();
    done(banned ? t("已解封", "No longer banned") : t("已封禁：发送返回 43107。", "Banned: sends are answered 43107."));
  };
  const drop = async () => {
    await post("templates/delete", { appid, id });
    await Promise.all([again(), store.refresh()]);
    done(t("模板已删除", "Template deleted"));
  };
  return [
    button(banned ? t("解封", "Lift the ban") : t("封禁", "Ban"), change, { class: "small", id: `ban-${id}` }),
    confirmed(t("删除", "Delete"), drop, { class: "small", id: `delete-${id}` }),
  ];
}

function adding(appid, again) {
  const id = input("", { class: "code", maxlength: 64, placeholder: t("留空则随机生成", "Empty: made up at random") });
  const title = input("", { maxlength: 64 });
  const kind = select(2, [
    [2, t("一次性", "one-time")],
    [3, t("长期", "long-term")],
  ]);
  const content = h("textarea", {
    rows: 3,
    class: "code",
    spellcheck: "false",
    placeholder: "课程名称:{{thing1.DATA}}\n上课时间:{{time2.DATA}}",
  });
  const example = h("textarea", {
    rows: 3,
    class: "code",
    spellcheck: "false",
    placeholder: "课程名称:书法\n上课时间:2026年1月1日 10:00",
  });
  const enums = h("textarea", {
    rows: 2,
    class: "code",
    spellcheck: "false",
    placeholder: "enum_string3=进行中,已完成",
  });
  const titleField = field(t("标题", "Title"), title);
  const contentField = field(
    t("内容", "Content"),
    content,
    t("每行“标签:{{字段.DATA}}”。留空：任何字段。", "Lines “label:{{key.DATA}}”. Empty: any keys."),
  );
  const enumField = field(t("枚举值", "Allowed values"), enums, t("每行“字段=值,值”。", "Lines “key=value,value”."));
  const add = button(t("添加模板", "Add the template"), async () => {
    const right = [
      titleField.problem(title.value.trim() ? "" : t("请填写标题。", "Please enter a title.")),
      contentField.problem(contentProblem(content.value)),
      enumField.problem(enumProblem(enums.value)),
    ];
    if (right.includes(false)) return INVALID;
    const keywordEnumValueList = lines(enums.value).map(enumOf);
    await post("templates", {
      appid,
      id: id.value.trim() || randomId(),
      title: title.value.trim(),
      type: +kind.value,
      content: lines(content.value).join("\n"),
      example: lines(example.value).join("\n"),
      keywordEnumValueList,
    });
    [id, title, content, example, enums].forEach((control) => (control.value = ""));
    await Promise.all([again(), store.refresh()]);
    return done(t("模板已添加", "Template added"));
  });
  const names = [titleField, field(t("类型", "Kind"), kind), field(t("模板 ID", "Template id"), id)];
  const texts = [contentField, field(t("示例", "Example"), example), enumField];
  return h(
    "details",
    { class: "more" },
    h("summary", {}, t("添加模板", "Add a template")),
    h("div", { class: "fields" }, names),
    h("div", { class: "fields" }, texts),
    h("div", { class: "row" }, add),
  );
}

const lines = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

function contentProblem(text) {
  const wrong = lines(text).find((line) => !LINE.test(line));
  return wrong ? t(`这一行不对：${wrong}`, `This line is wrong: ${wrong}`) : "";
}

function enumProblem(text) {
  const wrong = lines(text).find((line) => !/^\w+=.+$/.test(line));
  return wrong ? t(`这一行不对：${wrong}`, `This line is wrong: ${wrong}`) : "";
}

function enumOf(line) {
  const [key, values] = line.split(/=(.*)/s);
  return {
    keywordCode: `${key}.DATA`,
    enumValueList: values
      .split(/[,，]/)
      .map((value) => value.trim())
      .filter(Boolean),
  };
}

/** Template ids have 43 characters of the alphabet of base64url. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
