// The stand-in for api.weixin.qq.com, and its control paths under /sim/.

import assert from "node:assert/strict";
import { yanshu } from "./process.js";

export async function simulate() {
  const process = await yanshu(["simulate", "--listen", "127.0.0.1:0"], { says: /listens on (http:\S+)/ });
  return new Simulator(process);
}

/** One that runs already. */
export const steer = (url) => new Simulator({ url });

class Simulator {
  constructor({ url, stop }) {
    this.url = url;
    this.stop = stop;
  }

  accounts = (body) => this.#post("accounts", body);
  templates = (body) => this.#post("templates", body);
  grants = (body) => this.#post("grants", body);
  settings = (body) => this.#post("settings", body);

  /** `{ accepted, maxPerOpenid, repeats }`. */
  async sent() {
    const response = await fetch(`${this.url}/sim/sends/summary`);
    assert.equal(response.status, 200);
    return response.json();
  }

  async #post(path, body) {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${this.url}/sim/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    assert.ok(response.ok, `/sim/${path}: ${response.status} ${await response.text()}`);
  }
}
