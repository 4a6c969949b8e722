import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { modules, scratch } from "./run.ts";

/** Runs a script that prints lines; `lines` resolves when so many were printed. */
function start(script: string): { child: ChildProcess; lines: (count: number) => Promise<string[]> } {
  const text = `import { cleanUpOnSignal, stopOnSignal } from "${modules}signals.js";
    const idle = setInterval(() => {}, 1000);
    ${script}
    console.log("ready");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", text], { cwd: scratch() });
  let out = "";
  child.stdout.on("data", (data: Buffer) => {
    out += data.toString();
  });
  const lines = async (count: number): Promise<string[]> => {
    while (out.split("\n").length <= count) await once(child.stdout, "data");
    return out.trimEnd().split("\n");
  };
  return { child, lines };
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`the first ${signal} asks, the second ends at once and cleans up`, async () => {
    const { child, lines } = start(`
      cleanUpOnSignal(() => console.log("cleaned"));
      const stop = stopOnSignal(() => console.log("asked", stop.caught()));`);
    await lines(1);
    child.kill(signal);
    expect(await lines(2)).toEqual(["ready", `asked ${signal}`]);
    const ended = once(child, "exit");
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
    expect(await lines(3)).toEqual(["ready", `asked ${signal}`, "cleaned"]);
  });
}

test("a signal ends a process that computes, where nobody asked for it", async () => {
  const { child, lines } = start(`
    cleanUpOnSignal(() => {})();
    stopOnSignal().release();
    setTimeout(() => { for (;;); }, 50);`);
  await lines(1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  expect(await ended).toEqual([null, "SIGTERM"]);
});

test("a clean-up that fails keeps neither the others nor the end", async () => {
  const { child, lines } = start(`
    cleanUpOnSignal(() => { throw new Error("stuck"); });
    cleanUpOnSignal(() => console.log("cleaned"));`);
  await lines(1);
  const ended = once(child, "exit");
  child.kill("SIGINT");
  expect(await ended).toEqual([null, "SIGINT"]);
  expect(await lines(2)).toEqual(["ready", "cleaned"]);
});
