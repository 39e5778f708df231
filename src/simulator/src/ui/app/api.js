// Calls of the control paths.

import { t } from "./words.js";

const BASE = new URL("../", import.meta.url);
const listeners = new Set();
let reachable = true;

/** What the simulator refused, or that it could not be reached (status 0). */
export class ApiError extends Error {
  constructor(message, status, errcode, body) {
    super(message);
    this.status = status;
    this.errcode = errcode;
    this.body = body;
  }
}

/** Told whenever the simulator is lost or found again. */
export function onReachable(listener) {
  listeners.add(listener);
}

function setReachable(now) {
  if (now === reachable) return;
  reachable = now;
  listeners.forEach((listener) => listener(now));
}

export const get = (path, query, signal) => call("GET", path, { query, signal });
export const post = (path, body, query) => call("POST", path, { body, query });
export const put = (path, body, query) => call("PUT", path, { body, query });
export const remove = (path, query) => call("DELETE", path, { query });

async function call(method, path, { query = {}, body, signal }) {
  const url = new URL(path, BASE);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") url.searchParams.set(name, value);
  }
  const options = { method, signal, cache: "no-store", headers: {} };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const { response, text } = await ask(url, options);
  return response.ok ? parsed(text) : refuse(response.status, text);
}

async function ask(url, options) {
  try {
    const response = await fetch(url, options);
    const text = await response.text();
    setReachable(true);
    return { response, text };
  } catch (error) {
    if (error.name === "AbortError") throw error;
    setReachable(false);
    throw new ApiError(t("连不上模拟器。", "The simulator cannot be reached."), 0);
  }
}

function parsed(text) {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(t("模拟器的回答不是 JSON。", "The simulator's answer is not JSON."), 200, undefined, text);
  }
}

function refuse(status, text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ApiError(text || `HTTP ${status}`, status, undefined, text);
  }
  throw new ApiError(body.error ?? body.errmsg ?? text, status, body.errcode, body);
}
