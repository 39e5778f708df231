// A database of its own for every test: a SQLite file, or a new database on the PostgreSQL server that the suite started.

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const SERVER = process.env.YANSHU_TEST_DATABASE_URL;
const CI = ["true", "1"].includes(process.env.CI ?? "");

/** Why a kind of database cannot be tested here; `false` when it can. With CI=true that is no reason to skip. */
export function without(kind) {
  if (kind === "sqlite" || SERVER) return false;
  if (CI) throw new Error("YANSHU_TEST_DATABASE_URL is not set: run the tests by `cargo xtask test`");
  return "YANSHU_TEST_DATABASE_URL is not set";
}

/** A folder that goes with the test: `{ path, remove() }`. */
export function folder() {
  const name = mkdtempSync(path.join(tmpdir(), "yanshu-browser-"));
  return { path: name, remove: () => rmSync(name, { recursive: true, force: true }) };
}

/** `{ url, drop() }`. */
export function database(kind) {
  if (kind === "sqlite") {
    const place = folder();
    return { url: `sqlite://${place.path}/yanshu.db`, drop: place.remove };
  }
  const name = `yanshu_${randomBytes(8).toString("hex")}`;
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  sql(`CREATE DATABASE ${name}`);
  return { url: url.href, drop: () => sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

function sql(statement) {
  execFileSync(psql(), ["--no-psqlrc", "--quiet", "--dbname", SERVER, "--command", statement], { stdio: "pipe" });
}

/** The client on the PATH, else the one that Debian keeps beside the server. */
function psql() {
  const versions = "/usr/lib/postgresql";
  const debian = existsSync(versions) ? readdirSync(versions).map((v) => `${versions}/${v}/bin`) : [];
  const places = [...(process.env.PATH ?? "").split(":"), ...debian.sort().reverse()];
  const found = places.map((place) => path.join(place, "psql")).find(existsSync);
  if (!found) throw new Error("psql is missing: install postgresql-client");
  return found;
}
