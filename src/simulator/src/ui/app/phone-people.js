// Who is played: search, choose, make up a new person.

import { get, post } from "./api.js";
import { button, card, field, input } from "./controls.js";
import { h, live } from "./dom.js";
import { poll } from "./poll.js";
import { done } from "./toast.js";
import { count, t } from "./words.js";

const EVERY_MS = 5000;
const SHOWN = 50;
const TYPING_MS = 250;

export function peopleCard({ appid, openid, onChosen }) {
  let chosen = openid;
  let people = [];
  let timer;
  const search = input("", { type: "search", placeholder: "openid" });
  const list = live(h("ul", { class: "people", "aria-label": t("用户", "People") }), draw);
  const polling = poll(load, EVERY_MS);

  async function load(signal) {
    const answer = await get("phone/people", { appid, limit: SHOWN, search: search.value.trim() }, signal);
    people = answer.people;
    if (!chosen && people.length > 0 && !search.value) onChosen(people[0].openid, { replace: true });
    show();
  }

  let revealed;

  function show() {
    list.set({ people, chosen, searched: search.value.trim() !== "" });
    const row = document.getElementById(`person-${chosen}`);
    if (chosen === revealed || !row) return;
    revealed = chosen;
    reveal(row, list.element);
  }

  function draw(data) {
    const known = data.people.some((person) => person.openid === data.chosen);
    const pinned = data.chosen && !known && !data.searched && row({ openid: data.chosen }, data.chosen);
    if (data.people.length === 0 && !pinned)
      return h(
        "li",
        { class: "muted" },
        data.searched
          ? t("没有匹配的用户。", "Nobody matches.")
          : t("还没有用户，先新建一个。", "Nobody yet; make somebody up."),
      );
    const rows = data.people.map((person) => row(person, data.chosen));
    const more =
      data.people.length >= SHOWN &&
      h(
        "li",
        { class: "muted small" },
        t(`只列出 ${SHOWN} 位，请用搜索缩小范围。`, `Only ${SHOWN} are listed; search to narrow it down.`),
      );
    return [pinned, rows, more];
  }

  function row(person, current) {
    const id = `person-${person.openid}`;
    const press = () => onChosen(person.openid);
    const words =
      person.balance !== undefined && t(`剩余 ${count(person.balance)} 次`, `${count(person.balance)} left`);
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", id, class: "person", "aria-pressed": String(person.openid === current), onclick: press },
        h("code", {}, person.openid),
        h("span", { class: "small" }, words),
      ),
    );
  }

  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(polling.now, TYPING_MS);
  });
  const wanted = input("", {
    class: "code",
    maxlength: 64,
    placeholder: t("留空则随机生成", "Empty: made up at random"),
  });
  const wantedField = field(t("新用户的 openid", "The new person's openid"), wanted);
  const add = button(t("新建用户", "New person"), async () => {
    const answer = await post("phone/people", { appid, openid: wanted.value.trim() || undefined });
    wanted.value = "";
    search.value = "";
    done(t(`已新建 ${answer.openid}`, `Made up ${answer.openid}`));
    onChosen(answer.openid);
    polling.now();
  });
  const element = card(
    t("扮演谁", "Whom to play"),
    h(
      "div",
      { class: "stack tight" },
      field(t("搜索用户", "Search people"), search),
      list.element,
      h("div", { class: "with-button" }, wantedField, add),
    ),
  );
  element.classList.add("phone-people");
  return {
    element,
    follow(next) {
      chosen = next;
      show();
    },
    stop() {
      clearTimeout(timer);
      polling.stop();
    },
  };
}

/** Scrolls the list, and only the list, until the row is in sight. */
function reveal(row, list) {
  const [inner, outer] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
  if (inner.top < outer.top) list.scrollTop -= outer.top - inner.top;
  if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom;
}
