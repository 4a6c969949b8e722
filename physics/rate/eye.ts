import { linePanel, picture, theme } from "../../formats/index.ts";
import { filterKeys } from "../noise/filters.ts";
import type { NoiseModel } from "../noise/noise-model.ts";
import { readingOf } from "../technology/recorder.ts";
import type { Technology } from "../technology/technology.ts";
import { speedsOf } from "./speeds.ts";
import { receivedWords, SAMPLES } from "./stream.ts";
import { timedOf, wordsFor } from "./symbol-rate.ts";

/** Traces of one picture. */
const TRACES = 120;

/**
 * What the receiver of the narrowest eye detects of random words, a symbol period before and after the moment at which it reads; null
 * where the technology gives no bandwidths, or nothing follows noise through the circuit.
 */
export function drawEye(
  model: NoiseModel,
  technology: Technology,
  symbolRateBd: number,
  wordErrorRate: number,
): string | null {
  const reading = readingOf(technology);
  if (model.kind === "none" || !filterKeys.every(reading.has)) return null;
  const timed = timedOf(model);
  const speeds = speedsOf(reading, symbolRateBd, wordErrorRate);
  const received = receivedWords(timed, speeds, symbolRateBd, wordsFor(timed));
  const [worst] = [...received].sort((a, b) => a.eye - b.eye);
  if (worst === undefined) return null;
  const { level, wanted, readAt, eye, wrong, port } = worst;
  const isWrong = new Set(wrong);
  const lines = wanted.slice(2, 2 + TRACES).map((_, i) => {
    const at = (i + 2) * SAMPLES + Math.floor(readAt);
    const points = Array.from({ length: 2 * SAMPLES + 1 }, (_, k) => ({
      x: (k + Math.floor(readAt) - readAt) / SAMPLES - 1,
      y: level[Math.min(level.length - 1, at + k - SAMPLES)]!,
    }));
    return { name: "", points, colour: isWrong.has(i + 2) ? theme.red : theme.paleBlue };
  });
  const top = Math.max(...wanted);
  const moment = [-0.25, top + 0.25].map((y) => ({ x: 0, y }));
  const opening =
    eye > 0 ? `${(100 * eye).toFixed(1)} % open` : `closed, ${wrong.length} of ${wanted.length} words wrong`;
  const title = `Eye of ${timed.circuit.outputs[port]!.name} at ${(symbolRateBd / 1e9).toFixed(2)} GBd: ${opening}`;
  const panel = linePanel({
    title,
    note: "red: words read wrong; brown: decisions; black: when words are read",
    x: { title: "symbol periods since the reading", scale: "linear", room: 0 },
    y: { title: "levels", scale: "linear", ticks: Array.from({ length: top + 1 }, (_, i) => i), format: String },
    lines: [
      ...lines,
      ...Array.from({ length: top }, (_, i) => ({
        name: "",
        points: [-1, 1].map((x) => ({ x, y: i + 0.5 })),
        colour: theme.brown,
      })),
      { name: "", points: moment, colour: theme.ink },
    ],
    height: 420,
  });
  return picture([panel]);
}
