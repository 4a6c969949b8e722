// `npm test`: types, lint and unused exports beside the tests, as none of them waits for another. The tests print as they go,
// the others when they are done. Words behind `npm test --` go to vitest.
import { spawn } from "node:child_process";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const checks = ["typecheck", "lint", "dead"].map(
  (name) =>
    new Promise((resolve) => {
      const child = spawn(npm, ["run", "--silent", name], { stdio: ["ignore", "pipe", "pipe"] });
      const printed = [];
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => printed.push(piece));
      child.on("close", (code) => {
        process.stdout.write(`== ${name} ${code === 0 ? "passed" : "FAILED"}\n${code === 0 ? "" : Buffer.concat(printed)}`);
        resolve({ name, code });
      });
    }),
);
const tests = new Promise((resolve) => {
  const child = spawn(npm, ["run", "--silent", "vitest", "--", ...process.argv.slice(2)], { stdio: "inherit" });
  child.on("close", (code) => resolve({ name: "vitest", code }));
});
const failed = (await Promise.all([...checks, tests])).filter(({ code }) => code !== 0).map(({ name }) => name);
if (failed.length > 0) console.error(`failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
