// The rules in force.

import { post, remove } from "./api.js";
import { button, card, codeBlock, confirmed, muted } from "./controls.js";
import { h, live } from "./dom.js";
import { done } from "./toast.js";
import { count, t } from "./words.js";

export function rulesCard(again) {
  const list = live(h("div", { class: "stack tight" }), draw);

  /** Rules have no names: the others are set again, which starts their counts anew. */
  const without = (rules, index) => async () => {
    const others = rules.filter((_, i) => i !== index);
    await remove("faults");
    if (others.length > 0) await post("faults", others);
    await again();
    done(t("规则已去掉", "Rule removed"));
  };
  const clear = async () => {
    await remove("faults");
    await again();
    done(t("全部规则已去掉", "All rules removed"));
  };

  function draw(rules) {
    if (rules.length === 0) return muted(t("没有规则：一切照常。", "No rule: everything works."));
    const items = rules.map((rule, i) =>
      h(
        "li",
        { class: "rule" },
        h(
          "div",
          { class: "row between" },
          h("strong", {}, actionWords(rule.action)),
          button(t("去掉", "Remove"), without(rules, i), {
            class: "small",
            id: `rule-${i}`,
            "aria-label": `${t("去掉", "Remove")}: ${actionWords(rule.action)}`,
          }),
        ),
        h("p", { class: "small muted" }, matchWords(rule.match)),
        h("details", {}, h("summary", { class: "small", id: `rule-json-${i}` }, "JSON"), codeBlock(trimmed(rule))),
      ),
    );
    return [
      h("ol", { class: "rules" }, items),
      h("div", { class: "row" }, confirmed(t("全部去掉", "Remove all"), clear, { id: "rules-clear" })),
    ];
  }

  return { element: card(t("生效的规则", "Rules in force"), list.element), update: list.set };
}

/** Without what was not given. */
function trimmed({ match, action }) {
  const given = Object.entries(match).filter(([name, value]) => value !== null && !(name === "seed" && value === 0));
  return { match: Object.fromEntries(given), action };
}

function actionWords(action) {
  const accepted = action.accept ? t("（已收下）", " (taken)") : "";
  const words = {
    errcode: () => t(`返回错误码 ${action.errcode}`, `Answers ${action.errcode}`),
    delay: () => t(`等待 ${count(action.ms)} 毫秒`, `Waits ${count(action.ms)} ms`),
    drop_before: () => t("收下之前断开", "Closes before taking it"),
    drop_after: () => t("收下之后断开", "Closes after taking it"),
    hang: () => t("不回答", "Never answers"),
    html: () => t(`返回 HTML ${action.status}`, `Answers HTML ${action.status}`),
    empty: () => t("返回空内容", "Answers nothing"),
    truncated: () => t("回答只有一半", "Answers half the JSON"),
    status: () => t(`返回 HTTP ${action.status}`, `Answers HTTP ${action.status}`),
    body: () => t("返回指定的内容", "Answers a given text"),
  };
  return (words[action.kind]?.() ?? action.kind) + accepted;
}

function matchWords(match) {
  const parts = [
    match.path ?? t("所有接口", "every call"),
    match.appid && `appid ${match.appid}`,
    match.openid && `openid ${match.openid}`,
    match.templateId && t(`模板 ${match.templateId}`, `template ${match.templateId}`),
    match.nth && t(`仅第 ${match.nth} 次`, `only no. ${match.nth}`),
    match.first && t(`前 ${match.first} 次`, `the first ${match.first}`),
    match.after && t(`第 ${match.after} 次之后`, `after no. ${match.after}`),
    typeof match.probability === "number" && `${+(match.probability * 100).toFixed(3)}%`,
  ];
  return parts.filter(Boolean).join(" · ");
}
