// Any rule, as JSON.

import { post } from "./api.js";
import { button, card, muted } from "./controls.js";
import { fill, freshId, h } from "./dom.js";
import { checkRules } from "./fault-check.js";
import { done } from "./toast.js";
import { t } from "./words.js";

const SAMPLE = {
  match: { path: "/cgi-bin/message/subscribe/send", first: 3 },
  action: { kind: "status", status: 503, retryAfterSecs: 2 },
};

export function editorCard(again) {
  const id = freshId("rule");
  const problems = h("div", { class: "problems", id: `${id}-problems`, role: "status" });
  const text = h("textarea", {
    id,
    class: "code",
    rows: 10,
    spellcheck: "false",
    "aria-describedby": `${id}-hint ${id}-problems`,
    value: JSON.stringify(SAMPLE, null, 2),
  });
  const say = (found) => {
    text.setAttribute("aria-invalid", String(found.length > 0));
    const items = found.map((words) => h("li", {}, words));
    fill(problems, items.length > 0 && h("ul", {}, items));
    return found.length === 0;
  };
  text.addEventListener("input", () => say(checkRules(text.value).problems));
  const add = button(t("加上规则", "Add the rule"), async () => {
    const { rules, problems: found } = checkRules(text.value);
    if (!say(found)) {
      text.focus();
      return;
    }
    await post("faults", rules);
    await again();
    done(t("规则已加上", "Rule added"));
  });
  return card(
    t("自己写规则", "A rule of your own"),
    h(
      "div",
      { class: "field" },
      h("label", { for: id }, t("规则（JSON，一条或一个列表）", "Rule (JSON, one or a list)")),
      text,
      h(
        "p",
        { class: "field-hint", id: `${id}-hint` },
        t(
          "match 的条件都满足才生效；省略的不限制。accept 表示坏掉的回答之前，消息是否已经收下。",
          "A rule counts where all of match holds; what is left out does not restrict. accept says whether the message was taken before its answer is spoilt.",
        ),
      ),
      problems,
    ),
    h("div", { class: "row" }, add),
    h(
      "details",
      { class: "more" },
      h("summary", {}, t("有哪些 action", "Which actions there are")),
      muted(
        h("code", {}, "errcode · delay · drop_before · drop_after · hang · html · empty · truncated · status · body"),
      ),
    ),
  );
}
