import { layersOf } from "../../collectives/index.ts";
import {
  type AxisValue,
  type Diagnostic,
  formatSpec,
  nearest,
  parseStudies,
  plainDiagnostic,
  type SourceFile,
  type Study,
  studySpecs,
} from "../../dsl/index.ts";

import { targets } from "../../netlist/index.ts";
import type { Technology } from "../../physics/index.ts";
import { studyPoints } from "../../toolchain/index.ts";
import { sha256 } from "../files/pack.ts";
import { readSpecs } from "../files/specs.ts";
import { technologyOf } from "../files/technologies.ts";
import { readDataset } from "../files/training-data.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { codeVersion } from "../version.ts";

/** A study of a file with all its points. */
export interface AskedStudy {
  readonly source: SourceFile;
  readonly study: Study;
  readonly points: readonly StudyPoint[];
  readonly technologies: ReadonlyMap<string, Technology>;
}

export interface StudyPoint {
  readonly values: readonly AxisValue[];
  /** As it is compiled; null where the values make no spec. */
  readonly spec: string | null;
  /** SHA-256 of all that decides its outcome: the spec, the technology, the measures, the seed and the code. */
  readonly key: string;
}

/** The study called `name`, or the only one of the file; null when anything is wrong, which is reported. */
export async function askedStudy(terminal: Terminal, path: string, name: string | null): Promise<AskedStudy | null> {
  const refuse = (source: SourceFile | null, diagnostics: readonly Diagnostic[]): null => {
    reportDiagnostics(terminal, source, diagnostics);
    return null;
  };
  if (path === "-")
    return refuse(null, [plainDiagnostic("OPT0680", "a study is read from a file, not from standard input")]);
  const { source, diagnostics } = await readSpecs(path);
  if (source === null || hasErrors(diagnostics)) return refuse(source, diagnostics);
  const parsed = parseStudies(source);
  if (parsed.value === null) return refuse(source, parsed.diagnostics);
  const found = parsed.value.filter((study) => name === null || study.name === name);
  const [study, other] = found;
  if (study === undefined || other !== undefined) {
    const names = parsed.value.map((each) => each.name);
    const near = name === null ? null : nearest(name, names);
    const known = names.map((each) => `\`--study ${each}\``).join(" or ");
    const message = study === undefined ? `the file has no study \`${name}\`` : "the file holds several studies";
    return refuse(null, [plainDiagnostic("OPT0681", message, near === null ? known : `did you mean \`${near}\`?`)]);
  }
  return await withPoints(terminal, path, source, study);
}

async function withPoints(
  terminal: Terminal,
  path: string,
  source: SourceFile,
  study: Study,
): Promise<AskedStudy | null> {
  const specs = studySpecs(source, study, { emitTargets: targets.map((target) => target.name) });
  const technologies = new Map<string, Technology>();
  const hashes = new Map<string, string>();
  const points: StudyPoint[] = [];
  let data: string | null = null;
  const asked = [codeVersion, study.measures.map(({ written }) => written), study.seed, study.chips];
  for (const values of studyPoints(study)) {
    const { value: spec, diagnostics, training, cluster } = specs(values);
    if (training !== null && data === null) {
      const read = await readDataset(training.model, training.testSamples);
      reportDiagnostics(terminal, null, read.diagnostics);
      if (read.value === null) return null;
      data = read.value.sha256;
    }
    const [model, other] = cluster?.gradients ?? [];
    if (cluster !== null && (other !== undefined || layersOf[model!.name] === undefined)) {
      const message = `an iteration needs one model with layers, not ${cluster.gradients.map(({ name }) => name).join(", ")}`;
      const help = `write one of these in cluster ${cluster.name}: ${Object.keys(layersOf).join(", ")}`;
      reportDiagnostics(terminal, null, [plainDiagnostic("OPT0710", message, help)]);
      return null;
    }
    const named = spec?.technology ?? null;
    if (spec !== null && named !== null && !technologies.has(named)) {
      const reading = (await technologyOf(spec, path, source))!;
      if (reading.technology === null || reading.source === null) {
        reportDiagnostics(terminal, reading.source, reading.diagnostics);
        return null;
      }
      technologies.set(named, reading.technology);
      hashes.set(named, sha256(reading.source.text));
    }
    const text = spec === null ? null : formatSpec(spec);
    // Of a point that is no spec, what it would say and what is wrong with it.
    const wrong = [values.map(({ written }) => written), diagnostics.map(({ code, message }) => [code, message])];
    const hash = named === null ? null : hashes.get(named);
    const decides = [...asked, text ?? JSON.stringify(wrong), hash, training, data, cluster];
    points.push({ values, spec: text, key: sha256(JSON.stringify(decides)) });
  }
  return { source, study, points, technologies };
}
