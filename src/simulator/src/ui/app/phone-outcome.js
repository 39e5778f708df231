// Beside the phone: what is reported to the back end, what the last tap led to, and the balances.

import { ApiError } from "./api.js";
import { badge, card, codeBlock, muted, table, tick } from "./controls.js";
import { fill, h, live } from "./dom.js";
import { count, t } from "./words.js";

/** What the mini program does after the tap. */
export function reportCard(account) {
  const on = tick(t("上报给后端", "Report to the back end"), Boolean(account?.backendUrl));
  const id = tick(t("上报带 reportId", "The report carries a reportId"), true);
  const where = account?.backendUrl
    ? h("code", {}, account.backendUrl)
    : t(
        "这个账号没有填写后端地址（账号 → 后端地址）。",
        "This account has no back-end address (Accounts → back-end address).",
      );
  const element = card(
    t("点击之后", "After the tap"),
    h(
      "div",
      { class: "stack tight" },
      on,
      h(
        "p",
        { class: "field-hint" },
        t(
          "wx.login → /api/login，再 → /api/subscribe/record。",
          "wx.login → /api/login, then → /api/subscribe/record.",
        ),
        " ",
        where,
      ),
      id,
    ),
  );
  return { element, wanted: () => ({ report: on.box.checked, reportId: id.box.checked }) };
}

export function outcomeCard() {
  const nothing = () =>
    muted(
      t(
        "还没有点击。在手机里选择模板，再点“订阅消息”。",
        'No tap yet. Pick templates on the phone and press "Subscribe".',
      ),
    );
  const body = h("div", { class: "stack tight", "aria-live": "polite" }, nothing());
  const element = card(t("上一次点击", "The last tap"), body);
  return {
    element,
    clear: () => fill(body, nothing()),
    /** Makes the call and shows what came of it. `popup` says whether anybody was asked. */
    async follow(popup, call) {
      fill(body, muted(t("等待回答……", "Waiting for the answer…")));
      try {
        const answer = await call();
        fill(body, success(answer, popup));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        fill(body, failure(error));
      }
    },
  };
}

function silence() {
  return muted(
    t(
      "没有弹窗：之前的选择仍然有效，或没有可以询问的模板。",
      "No popup: an earlier choice still holds, or nothing was left to ask.",
    ),
  );
}

/** The call of the control path itself went wrong. */
function failure(error) {
  return h("p", {}, badge("fail", t("失败", "Failed")), " ", error.message);
}

/** `result` is what the page of the mini program gets; with an `errCode` there was no popup. */
function success({ result, events, report }, popup) {
  if (result.errCode) return [refusal(result), codeBlock(result)];
  return [
    !popup && silence(),
    part(t("小程序得到的结果", "What the mini program got"), codeBlock(result)),
    part(t("推送的事件", "Events pushed"), pushed(events)),
    part(t("给后端的上报", "The report to the back end"), reported(report)),
  ];
}

function refusal({ errCode, errMsg }) {
  return h("p", {}, badge("fail", t(`失败 ${errCode}`, `Failed ${errCode}`)), " ", errMsg);
}

const part = (title, ...content) => h("div", { class: "part" }, h("h3", {}, title), content);

function pushed(events) {
  if (events === 0) return muted(t("没有。", "None."));
  return muted(
    t(
      `${count(events)} 条推送已排队，结果在“回调”里。`,
      `${count(events)} queued; "Callback" shows what becomes of them.`,
    ),
  );
}

function reported(report) {
  const steps = [
    ["login", "/api/login"],
    ["record", "/api/subscribe/record"],
  ].filter(([key]) => report?.[key]);
  if (steps.length === 0) return muted(t("没有上报。", "Nothing was reported."));
  return steps.map(([key, path]) => {
    const { status, body } = report[key];
    const good = status >= 200 && status < 300;
    const words = status ? `HTTP ${status}` : t("没有回答", "no answer");
    return h(
      "div",
      { class: "part" },
      h("p", {}, badge(good ? "success" : "fail", words), " ", h("code", {}, path)),
      body && codeBlock(body),
    );
  });
}

export function balancesCard() {
  const list = live(h("div"), draw);
  const element = card(t("授权余额", "Grants left"), list.element);

  function draw(templates) {
    const rows = templates.map((one) => [
      h("span", { class: "wraps" }, one.title || "—", h("br"), h("code", { class: "small muted" }, one.id)),
      one.type === 3 ? t("长期", "long-term") : t("一次性", "one-time"),
      count(one.balance),
    ]);
    return table(
      t("授权余额", "Grants left"),
      [t("模板", "Template"), [t("类型", "Kind"), "nowrap"], [t("剩余", "Left"), "num"]],
      rows,
      t("没有模板。", "No template."),
    );
  }
  return { element, update: (phone) => list.set(phone.templates) };
}
