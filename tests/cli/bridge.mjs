import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { workerData } from "node:worker_threads";

/** A thread that hands requests to a resident process and rings when it has answered, so that its owner may sleep meanwhile. */
const { port, bell, program, env, limitMs } = workerData;
let child = null;

port.on("message", (request) => {
  child ??= start();
  const current = child;
  let err = "";
  const gather = (text) => {
    err += text;
  };
  const timer = setTimeout(() => current.kill("SIGKILL"), limitMs);
  const done = (answer) => {
    clearTimeout(timer);
    current.stderr.removeListener("data", gather);
    current.removeAllListeners("message").removeAllListeners("exit");
    port.postMessage(answer);
    Atomics.store(bell, 0, 1);
    Atomics.notify(bell, 0);
  };
  current.stderr.on("data", gather);
  current.once("message", done);
  current.once("exit", (code) => {
    child = null;
    done({ code, out: "", err: `${err}(the process ended)` });
  });
  current.send(request);
});

function start() {
  const resident = fileURLToPath(new URL("resident.mjs", import.meta.url));
  const started = fork(resident, [program], { env, execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
  started.stderr.setEncoding("utf8");
  return started;
}
