import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";

/**
 * Runs the program again and again in this process, whose modules stay loaded: argv, environment, working directory and
 * standard input are those of the request, and what it prints is kept. It starts anew each time.
 */
const program = pathToFileURL(process.argv[2]).href;
let runs = 0;

process.on("message", async ({ args, cwd, env, input }) => {
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.argv[0], process.argv[1], ...args];
  process.exitCode = undefined;
  const stdin = Readable.from(input === "" ? [] : [Buffer.from(input)]);
  Object.defineProperty(process, "stdin", { value: stdin, configurable: true });
  const printed = { out: "", err: "" };
  const restore = [kept(process.stdout, printed, "out"), kept(process.stderr, printed, "err")];
  try {
    runs += 1;
    await import(`${program}?run=${runs}`);
  } finally {
    for (const each of restore) each();
    process.removeAllListeners("uncaughtException");
  }
  process.send({ code: process.exitCode ?? 0, ...printed });
});
process.on("disconnect", () => process.exit());

/** Gathers what is written to a stream; the result ends that, and takes the listeners off that the program put on. */
function kept(stream, printed, name) {
  const { write } = stream;
  const before = stream.listeners("error");
  stream.write = (text) => {
    printed[name] += text;
    return true;
  };
  return () => {
    stream.write = write;
    for (const each of stream.listeners("error")) if (!before.includes(each)) stream.removeListener("error", each);
  };
}
