// What loops of registers alone reach in WebAssembly on this machine, one thread: prints one JSON line, GFLOP/s. A process of its own,
// for Node 20 hides relaxed SIMD behind a flag, and loops so short would end before the optimising compiler's thread is heard.
import { setFlagsFromString } from "node:v8";
import asc from "assemblyscript/asc";

setFlagsFromString("--experimental-wasm-relaxed-simd");
setFlagsFromString("--no-liftoff");

const ROUNDS = 200_000;
/** Sums and pairs that are under way at once: enough to hide how long an operation takes, few enough for the registers. */
const SUMS = 12;
const PAIRS = 5;

async function compiled(source, features) {
  let bytes = null;
  const options = ["-O3", "--runtime", "stub", "--initialMemory", "1", "--enable", features, "--outFile", "out.wasm"];
  const { error, stderr } = await asc.main(["in.ts", ...options], {
    readFile: (name) => (name === "in.ts" ? source : null),
    writeFile: (_, contents) => {
      bytes = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || bytes === null) throw error ?? new Error(stderr.toString());
  return bytes;
}

function loop(name, names, round) {
  return `export function ${name}(at: usize, rounds: i32): void {
    const a = v128.load(at), b = v128.load(at, 16);
    let t = a;
    ${names.map((x, i) => `let ${x} = v128.load(at, ${32 + 16 * i});`).join("\n")}
    for (let i = 0; i < rounds; i++) {
      ${round.repeat(4)}
    }
    ${[...names, "t"].map((x, i) => `v128.store(at, ${x}, ${32 + 16 * i});`).join("\n")}
  }
  `;
}

const named = (count) => Array.from({ length: count }, (_, i) => `x${i}`);

/** Sums of four floats that each wait for themselves alone. */
function sums(term) {
  return loop("run", named(SUMS), named(SUMS).map((x) => `${x} = ${term(x)};`).join("\n"));
}

/** Rotations of two doubles by two: four products and two sums each. */
function rotations() {
  const rotate = (x, y) => `t = f64x2.add(f64x2.mul(a, ${x}), f64x2.mul(b, ${y}));
    ${y} = f64x2.sub(f64x2.mul(a, ${y}), f64x2.mul(b, ${x}));
    ${x} = t;`;
  const pairs = Array.from({ length: PAIRS }, (_, i) => rotate(`x${2 * i}`, `x${2 * i + 1}`));
  return loop("run", named(2 * PAIRS), pairs.join("\n"));
}

/** GFLOP/s, the best of several; null where the engine does not know the instructions. */
async function rate(source, features, operations) {
  const bytes = await compiled(source, features);
  if (!WebAssembly.validate(bytes)) return null;
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  let ms = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 20; i++) {
    const start = process.cpuUsage();
    run(1024, ROUNDS);
    const { user, system } = process.cpuUsage(start);
    ms = Math.min(ms, (user + system) / 1e3);
  }
  return (operations * ROUNDS) / ms / 1e6;
}

const twice = await rate(sums((x) => `f32x4.add(f32x4.mul(${x}, a), b)`), "simd", 8 * 4 * SUMS);
const fused = await rate(sums((x) => `f32x4.relaxed_madd(${x}, a, b)`), "simd,relaxed-simd", 8 * 4 * SUMS);
const rotate = await rate(rotations(), "simd", 12 * 4 * PAIRS);
console.log(JSON.stringify({ twice, fused, rotate }));
