// A person's grants, set by hand.

import { get, post, put } from "./api.js";
import { INVALID, button, card, field, input, muted, number, numberOf, select } from "./controls.js";
import { fill, h, live } from "./dom.js";
import { where } from "./store.js";
import { done } from "./toast.js";
import { count, t } from "./words.js";

export function grantsCard(appid) {
  const openid = input(where().openid, { class: "code", maxlength: 64 });
  const template = select("", []);
  const wanted = number(1, { max: 4_294_967_295 });
  const openidField = field("openid", openid);
  const templateField = field(t("模板", "Template"), template);
  const wantedField = field(t("次数", "Number"), wanted);
  const left = h("p", { class: "muted", role: "status" });

  const choices = live(template, ({ templates, chosen }) =>
    templates.map((one) =>
      h("option", { value: one.id, selected: one.id === chosen }, `${one.title || "—"} (${one.id})`),
    ),
  );

  const order = () => {
    const right = [
      openidField.problem(openid.value.trim() ? "" : t("请填写 openid。", "Please enter an openid.")),
      templateField.problem(template.value ? "" : t("请选择模板。", "Please choose a template.")),
    ];
    const n = numberOf(wantedField, wanted);
    if (right.includes(false) || n === null) return null;
    return { appid, openid: openid.value.trim(), templateId: template.value, count: n };
  };
  const tell = async ({ openid: who, templateId }) => {
    const answer = await get("grants", { appid, openid: who, templateId });
    fill(left, t(`剩余 ${count(answer.count)} 次。`, `${count(answer.count)} left.`));
  };
  const act = (send, words) => async () => {
    const grant = order();
    if (!grant) return INVALID;
    await send("grants", grant);
    await tell(grant);
    return done(words);
  };
  const look = async () => {
    const grant = order();
    if (!grant) return INVALID;
    return tell(grant);
  };
  const element = card(
    t("用户的授权", "A person's grants"),
    muted(t("直接改账本，不推送事件。", "Changes the books directly; no event is pushed.")),
    h("div", { class: "fields" }, openidField, templateField, wantedField),
    h(
      "div",
      { class: "row" },
      button(t("设为", "Set to"), act(put, t("已设置", "Set"))),
      button(t("增加", "Add"), act(post, t("已增加", "Added"))),
      button(t("查询", "Look up"), look, { class: "quiet" }),
      left,
    ),
  );
  const offer = (templates) =>
    choices.set({ templates: templates.map(({ id, title }) => ({ id, title })), chosen: template.value });
  return { element, offer };
}
