// Preloaded into the program under test: writes one line for everything that it should not do, or should do in few places.
const fs = require("node:fs");
const { resolve } = require("node:path");
const { fileURLToPath } = require("node:url");

const append = fs.appendFileSync;
let busy = false;
function note(kind, what) {
  // appendFileSync opens files itself.
  if (busy || process.env.OPTINC_WATCH === undefined) return;
  busy = true;
  // The log of the run at hand: a process may run the program many times.
  append(process.env.OPTINC_WATCH, `${kind} ${what}\n`);
  busy = false;
}

function watch(object, names, kind, describe) {
  for (const name of names) {
    const original = object[name];
    if (typeof original !== "function") continue;
    object[name] = function (...args) {
      const what = describe(args, name);
      if (what !== null) note(kind, what);
      return Reflect.apply(original, this, args);
    };
  }
}

const named = (_args, name) => name;
watch(require("node:net").Socket.prototype, ["connect"], "network", named);
watch(require("node:net").Server.prototype, ["listen"], "network", named);
watch(require("node:dgram").Socket.prototype, ["bind", "send", "connect"], "network", named);
const lookups = ["lookup", "resolve", "resolve4", "resolve6", "reverse"];
watch(require("node:dns"), lookups, "network", named);
watch(require("node:dns").promises, lookups, "network", named);
watch(globalThis, ["fetch"], "network", named);
const children = require("node:child_process");
watch(children.ChildProcess.prototype, ["spawn"], "program", named);
watch(children, ["spawnSync", "execSync", "execFileSync"], "program", named);

const pathOf = (path) => {
  if (path instanceof URL) return fileURLToPath(path);
  return typeof path === "number" || typeof path === "object" ? null : resolve(String(path));
};
const written = ([path]) => pathOf(path);
const opened = ([path, flags]) =>
  flags === undefined || flags === "r" || (typeof flags === "number" && (flags & 3) === 0) || typeof flags === "function"
    ? null
    : pathOf(path);
const both = ([from, to], name) => `${pathOf(from)}${name.startsWith("rename") ? ` ${pathOf(to)}` : ""}`;
const sync = (names) => [...names, ...names.map((name) => `${name}Sync`)];
for (const object of [fs, fs.promises]) {
  watch(object, sync(["open"]), "write", opened);
  watch(object, sync(["writeFile", "appendFile", "mkdir", "mkdtemp", "rm", "rmdir", "unlink", "truncate", "chmod", "utimes"]), "write", written);
  watch(object, sync(["rename"]), "write", both);
  watch(object, sync(["symlink", "link", "copyFile", "cp"]), "write", (args) => pathOf(args[1]));
}
watch(fs, ["createWriteStream"], "write", written);
require("node:module").syncBuiltinESMExports();
