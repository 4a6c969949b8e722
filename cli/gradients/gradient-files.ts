import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Checked, placed } from "../../dsl/index.ts";
import { type Finding, failure } from "../../netlist/index.ts";
import { bytesOfType, type NumberType } from "../../training-sim/index.ts";
import { npyHeaderBytes, readNpyHeader, sizeFinding } from "../../verify/index.ts";
import { displayName } from "../files/read.ts";
import { ioDiagnostic } from "../text/findings.ts";

/** Where a worker's gradient stands: little-endian numbers from byte `position` of the file on. */
export interface GradientRow {
  readonly path: string;
  readonly position: number;
}

/** What stands at an input of the circuit, and whose it is: the same worker's at several inputs where it sends more field. */
export interface InputRow extends GradientRow {
  readonly worker: number;
}

/** Gradients of all workers in .npy files, which are not read yet. */
export interface GradientFiles {
  readonly rows: readonly GradientRow[];
  readonly type: NumberType;
  /** NumPy's name of the type, as the files have it. */
  readonly descr: string;
  /** Of one worker's gradient. */
  readonly shape: readonly number[];
  /** Numbers of one worker. */
  readonly length: number;
}

interface OpenedFile {
  readonly path: string;
  readonly descr: string;
  readonly shape: readonly number[];
  readonly dataStart: number;
  /** Behind the header. */
  readonly bytes: number;
}

/**
 * Looks at the headers of one file whose first axis is the worker, or of a file for every worker. `dtype` says what 16-bit integers are;
 * null: what NumPy calls them.
 */
export function openGradients(
  paths: readonly string[],
  workers: number,
  dtype: NumberType | null,
): Checked<GradientFiles> {
  const files: OpenedFile[] = [];
  for (const path of paths) {
    if (path === "-") {
      const help = "write it to a file and name that";
      return unfit("OPT0510", "", "gradients cannot come from standard input", help);
    }
    const { value, diagnostics } = opened(path);
    if (value === null) return { value: null, diagnostics };
    files.push(value);
  }
  const [first, ...others] = files;
  if (first === undefined) throw new Error("the command line has a file");
  const type = typeOf(first.descr, dtype);
  if (type === null) return refused([typeFinding(first, dtype)]);
  const odd = others.find((it) => it.descr !== first.descr || it.shape.join() !== first.shape.join());
  if (odd !== undefined) {
    const message = `${textOf(odd)}, and ${displayName(first.path)} ${textOf(first)}`;
    return unfit("OPT0510", displayName(odd.path), message, "write all workers' gradients alike");
  }
  const findings = files.flatMap((file) => sizeFindings(file, bytesOfType[type]));
  if (findings.length > 0) return refused(findings);
  const common = { type, descr: first.descr };
  if (files.length > 1 || workers === 1) {
    if (files.length !== workers) {
      const message = `${files.length} files for a circuit of ${workers} workers`;
      return unfit("OPT0510", "", message, "name a file for every worker, or one with an axis of workers");
    }
    const rows = files.map(({ path, dataStart }) => ({ path, position: dataStart }));
    return { value: { ...common, rows, shape: first.shape, length: product(first.shape) }, diagnostics: [] };
  }
  const [rowsInFile, ...shape] = first.shape;
  if (rowsInFile !== workers || shape.length === 0) {
    const bare = rowsInFile === workers;
    const message = bare
      ? `${workers} numbers have an axis of workers but none of gradients`
      : `gradients of ${rowsInFile ?? "no"} workers for a circuit of ${workers}`;
    const help = bare
      ? `with one gradient a worker, write array.reshape(${workers}, 1)`
      : `make the first axis of the array ${workers}, or give a file for every worker`;
    return unfit("OPT0509", displayName(first.path), message, help);
  }
  const length = product(shape);
  const rows = Array.from({ length: workers }, (_, worker) => ({
    path: first.path,
    position: first.dataStart + worker * length * bytesOfType[type],
  }));
  return { value: { ...common, rows, shape, length }, diagnostics: [] };
}

/** Looks at the header of a file of residuals: float32, the axis of workers and then `shape`, that of one worker's gradient. */
export function openResiduals(
  path: string,
  workers: number,
  shape: readonly number[],
): Checked<readonly GradientRow[]> {
  const { value, diagnostics } = opened(path);
  if (value === null) return { value, diagnostics };
  const wanted = [workers, ...shape];
  if (value.descr !== "<f4" || value.shape.join() !== wanted.join()) {
    const message = `the file ${textOf(value)}; residuals are ${wanted.join(" x ")} of type <f4`;
    const help = "take those that this circuit's `--write-residuals` wrote, or start without";
    return unfit("OPT0513", displayName(path), message, help);
  }
  const findings = sizeFindings(value, bytesOfType.f32);
  if (findings.length > 0) return refused(findings);
  const bytes = value.bytes / workers;
  const rows = Array.from({ length: workers }, (_, worker) => ({ path, position: value.dataStart + worker * bytes }));
  return { value: rows, diagnostics };
}

function opened(path: string): Checked<OpenedFile> {
  try {
    const file = openSync(path, "r");
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) {
        const message = `${displayName(path)} is not a regular file`;
        return unfit("OPT0510", "", message, "write it to a file");
      }
      const head = Buffer.alloc(Math.min(npyHeaderBytes, stat.size));
      const { value, findings } = readNpyHeader(
        head.subarray(0, readSync(file, head, 0, head.length, 0)),
        displayName(path),
      );
      if (value === null) return refused(findings);
      const { descr, shape, fortranOrder, dataStart } = value;
      if (fortranOrder && shape.length > 1) {
        const help = "convert it with numpy.ascontiguousarray(array)";
        return unfit("OPT0505", displayName(path), "the array is in Fortran order", help);
      }
      if (product(shape) === 0) {
        const message = `an array of ${shape.join(" x ")} holds no gradients`;
        return unfit("OPT0506", displayName(path), message, "each axis needs at least one entry");
      }
      return { value: { path, descr: descr ?? "", shape, dataStart, bytes: stat.size - dataStart }, diagnostics: [] };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return { value: null, diagnostics: [ioDiagnostic(error, "read", displayName(path))] };
  }
}

const types: Readonly<Record<string, NumberType>> = { "<f4": "f32", "<f2": "f16" };

/** bfloat16 is what NumPy calls 16-bit integers, or pairs of bytes. */
function typeOf(descr: string, dtype: NumberType | null): NumberType | null {
  if (dtype === "bf16") return ["<u2", "<i2", "|V2", "<V2"].includes(descr) ? dtype : null;
  const own = types[descr] ?? null;
  return dtype === null || dtype === own ? own : null;
}

function typeFinding({ path, descr }: OpenedFile, dtype: NumberType | null): Finding {
  const what = descr === "" ? "of a structured type" : `of type ${JSON.stringify(descr)}`;
  const wanted =
    dtype === null ? "float32, float16 or bfloat16" : { f32: "float32", f16: "float16", bf16: "bfloat16" }[dtype];
  const help = /^<[ui]2$|V2$/.test(descr)
    ? "`--dtype bf16` reads 16-bit integers as bfloat16"
    : types[descr] === undefined
      ? 'convert it with array.astype("<f4")'
      : "leave `--dtype` out: the file says its type";
  return failure("OPT0511", displayName(path), `the array is ${what}, not ${wanted}`, help);
}

function sizeFindings({ path, shape, dataStart, bytes }: OpenedFile, width: number): Finding[] {
  const wanted = width * product(shape);
  if (bytes === wanted) return [];
  const message = `${bytes} bytes of data, but ${shape.join(" x ")} numbers of ${width} bytes need ${wanted}`;
  return [sizeFinding(message, bytes < wanted, `${displayName(path)}: byte ${dataStart}`)];
}

function unfit(code: string, path: string, message: string, help: string): Checked<never> {
  return refused([failure(code, path, message, help)]);
}

function refused(findings: readonly Finding[]): Checked<never> {
  return { value: null, diagnostics: findings.map((it) => placed(it, null)) };
}

function textOf({ shape, descr }: OpenedFile): string {
  return `holds ${shape.join(" x ")} numbers of type ${descr}`;
}

function product(shape: readonly number[]): number {
  return shape.reduce((sum, side) => sum * side, 1);
}
