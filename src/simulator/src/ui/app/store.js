// What all sections share: the state of the simulator, and where one is on the page.

import { get } from "./api.js";
import { poll } from "./poll.js";

const EVERY_MS = 3000;
const PAGES = ["phone", "accounts", "callback", "faults", "log"];
const listeners = new Set();
let polling;

export const store = {
  /** The answer of `GET /sim/state`; null until the first one. */
  state: null,
  start() {
    polling ??= poll(load, EVERY_MS);
  },
  /** Asks at once, after a change. */
  refresh() {
    return load();
  },
  subscribe(listener) {
    listeners.add(listener);
    if (store.state) listener(store.state);
    return () => listeners.delete(listener);
  },
  account(appid) {
    return store.state?.accounts.find((account) => account.appid === appid);
  },
};

async function load(signal) {
  const state = await get("state", {}, signal);
  state.accounts.sort((a, b) => (a.appid < b.appid ? -1 : 1));
  store.state = state;
  listeners.forEach((listener) => listener(state));
}

/** `#/phone?appid=…&openid=…` as an object. */
export function where() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const values = new URLSearchParams(query);
  const page = PAGES.includes(path) ? path : PAGES[0];
  return { page, appid: values.get("appid") ?? "", openid: values.get("openid") ?? "" };
}

/** The link to a place on this page. */
export function address(place) {
  return location.pathname + hash(place);
}

function hash({ page, appid, openid }) {
  const values = new URLSearchParams();
  if (appid) values.set("appid", appid);
  if (openid) values.set("openid", openid);
  const query = values.toString();
  return `#/${page}${query ? `?${query}` : ""}`;
}

/** Goes somewhere; what is not named stays. Another account means another person. */
export function go(change, { replace = false } = {}) {
  const now = where();
  const moved = change.appid !== undefined && change.appid !== now.appid;
  const next = hash({ ...now, ...(moved ? { openid: "" } : {}), ...change });
  if (next === location.hash) return;
  if (!replace) {
    location.hash = next;
    return;
  }
  history.replaceState(null, "", next);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}
