// Whether a text is a fault rule, or a list of them; what is wrong with it, in words.

import { t } from "./words.js";

const PATHS = "path, appid, openid, templateId";
const MATCH = {
  path: "text",
  appid: "text",
  openid: "text",
  templateId: "text",
  nth: "count",
  first: "count",
  probability: "share",
  seed: "count",
};
/** Fields by kind; those with a star must be there. */
const ACTIONS = {
  errcode: { "errcode*": "whole", errmsg: "text" },
  delay: { "ms*": "count" },
  drop_before: {},
  drop_after: {},
  hang: { accept: "flag" },
  html: { status: "status", accept: "flag" },
  empty: { accept: "flag" },
  truncated: { accept: "flag" },
  status: { "status*": "status", retryAfterSecs: "count", accept: "flag" },
  body: { "body*": "text", accept: "flag" },
};
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const TYPES = {
  text: [(value) => typeof value === "string", () => t("要是文字", "must be a text")],
  count: [isCount, () => t("要是不小于 0 的整数", "must be a whole number from 0 on")],
  whole: [Number.isInteger, () => t("要是整数", "must be a whole number")],
  share: [
    (value) => typeof value === "number" && value >= 0 && value <= 1,
    () => t("要在 0 到 1 之间", "must be from 0 to 1"),
  ],
  flag: [(value) => typeof value === "boolean", () => t("要是 true 或 false", "must be true or false")],
  status: [
    (value) => Number.isInteger(value) && value >= 200 && value <= 599,
    () => t("要在 200 到 599 之间", "must be from 200 to 599"),
  ],
};

/** What may also be null, as the simulator lists rules. */
const OPTIONAL = new Set([
  "path",
  "appid",
  "openid",
  "templateId",
  "nth",
  "first",
  "probability",
  "errmsg",
  "retryAfterSecs",
]);

/** `{ rules, problems }`: the parsed rules if there is no problem. */
export function checkRules(text) {
  if (text.trim() === "") return { problems: [t("还没有内容。", "Nothing here yet.")] };
  let rules;
  try {
    rules = JSON.parse(text);
  } catch (error) {
    return { problems: [syntaxWords(text, error)] };
  }
  const list = Array.isArray(rules) ? rules : [rules];
  if (list.length === 0) return { problems: [t("列表是空的。", "The list is empty.")] };
  const problems = list.flatMap((rule, i) => checkRule(rule, Array.isArray(rules) ? `[${i}]` : ""));
  return { rules: list, problems };
}

/** Engines word it differently, and only some name the place. */
function syntaxWords(text, error) {
  const at = /position (\d+)/.exec(error.message)?.[1];
  const before = at === undefined ? null : text.slice(0, +at).split("\n");
  const place = before
    ? t(
        `第 ${before.length} 行第 ${before.at(-1).length + 1} 列，`,
        `line ${before.length}, column ${before.at(-1).length + 1}: `,
      )
    : "";
  return t(`不是合法的 JSON：${place}${error.message}`, `Not JSON: ${place}${error.message}`);
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function checkRule(rule, where) {
  if (!isObject(rule)) return [t(`${where || "规则"} 要是一个对象`, `${where || "The rule"} must be an object`)];
  const dot = where && `${where}.`;
  const unknown = Object.keys(rule)
    .filter((name) => name !== "match" && name !== "action")
    .map((name) => unknownWords(`${dot}${name}`, "match, action"));
  return [...unknown, ...checkMatch(rule.match, `${dot}match`), ...checkAction(rule.action, `${dot}action`)];
}

function checkMatch(match, where) {
  if (match === undefined) return [];
  if (!isObject(match)) return [t(`${where} 要是一个对象`, `${where} must be an object`)];
  const zero = ["nth", "first"]
    .filter((name) => match[name] === 0)
    .map((name) => t(`${where}.${name} 从 1 开始数`, `${where}.${name} counts from 1`));
  return [...checkFields(match, MATCH, where), ...zero];
}

function checkAction(action, where) {
  if (!isObject(action)) return [t(`缺少 ${where}`, `${where} is missing`)];
  const fields = ACTIONS[action.kind];
  const kinds = Object.keys(ACTIONS).join(", ");
  if (!Object.hasOwn(ACTIONS, action.kind ?? ""))
    return [t(`${where}.kind 只能是 ${kinds}`, `${where}.kind must be one of ${kinds}`)];
  const needed = Object.keys(fields)
    .filter((name) => name.endsWith("*"))
    .map((name) => name.slice(0, -1));
  const missing = needed
    .filter((name) => action[name] === undefined)
    .map((name) => t(`缺少 ${where}.${name}`, `${where}.${name} is missing`));
  const plain = Object.fromEntries(Object.entries(fields).map(([name, type]) => [name.replace("*", ""), type]));
  const { kind, ...rest } = action;
  return [...missing, ...checkFields(rest, plain, where)];
}

function checkFields(values, fields, where) {
  return Object.entries(values).flatMap(([name, value]) => {
    if (!Object.hasOwn(fields, name))
      return [unknownWords(`${where}.${name}`, Object.keys(fields).join(", ") || PATHS)];
    const [fits, words] = TYPES[fields[name]];
    return fits(value) || (value === null && OPTIONAL.has(name)) ? [] : [`${where}.${name} ${words()}`];
  });
}

function unknownWords(name, known) {
  return t(`不认识 ${name}；有的是 ${known}`, `${name} is unknown; there are ${known}`);
}
