import { caution, type Finding, failure } from "../../check/finding.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import { type BlockStep, deviceCount, type LinearBlock, leftOut, linearBlocks, lossySteps, placeOf } from "../block.ts";
import { comment, identifierOf, PYTHON_WORDS } from "../identifiers.ts";
import { blockFiles, withCommas } from "../join.ts";
import { connections, type Endpoint, instanceName, portNames } from "../nets.ts";
import type { DispersedCircuit, Subject } from "../scope.ts";
import type { Target } from "../target.ts";

/**
 * Netlist of SAX (0.15 and later). Without `wl` it needs SAX's built-in models only: an MZI is phase_shifter, coupler_ideal,
 * phase_shifter, coupler_ideal; a phase shifter has length 0 and turns by pi a volt; what is lost is an attenuator. With `wl` it stands in a
 * Python module with models of devices by wavelength. `forward` and `additive` are not backends for this circuit: evaluate it with backend="klu".
 */
export const saxTarget: Target = {
  name: "sax",
  summary: "netlist for SAX with its built-in models (JSON), or with models by wavelength (Python)",
  carries: "passive linear optics; of a circuit with neurons a file a section, and an index",
  limits: "no neurons, receivers and constant light; SAX needs minutes and gigabytes beyond 25 000 devices a file",
  options: [
    {
      name: "wl",
      summary: "on: the phases as they were set, and models that take the wavelength; needs a technology",
      values: ["off"],
      also: { what: "on", pattern: /^on$/ },
    },
  ],
  check: (subject, options) => [
    ...leftOut(subject, "sax"),
    ...tooLarge(subject, "sax", SAX_DEVICES),
    ...(options["wl"] === "on" && subject.dispersion === null
      ? [failure("OPT0454", "", "models by wavelength cannot be written", "name a technology with a wavelength")]
      : []),
  ],
  emit: (subject) => {
    const { dispersion } = subject;
    if (dispersion === null)
      return blockFiles(subject, "sax", (block) => ({
        name: `${block.stem}.sax.json`,
        content: printSax(block, builtIn),
      }));
    const built = new Map(linearBlocks({ ...subject, circuit: dispersion.built }).map((it) => [it.stem, it]));
    return blockFiles(subject, "sax", (block) => ({
      name: `${block.stem}.sax.py`,
      content: printModule(block, built.get(block.stem)!, dispersion),
    }));
  },
};

/** klu takes 68 s and 5.6 GB for the 12 720 MZIs of 160 modes; memory grows with the square of the modes. */
const SAX_DEVICES = 25_000;

/** Warnings for blocks beyond `most` devices. */
export function tooLarge(subject: Subject, target: string, most: number): readonly Finding[] {
  return linearBlocks(subject).flatMap((block): Finding[] => {
    const devices = deviceCount(block);
    if (devices <= most) return [];
    const message = `${block.name} has ${devices} devices, more than ${most}, which ${target} loads in comfort`;
    return [caution("OPT0434", placeOf(block), message, "export a layer or a mesh at a time with --scope")];
  });
}

/** Names of other models and of what a module imports, besides the words of Python. */
const RESERVED: ReadonlySet<string> = new Set([
  ...PYTHON_WORDS,
  ..."phase_shifter coupler_ideal attenuator mzi lane offset netlist circuit info jnp sax".split(" "),
]);

/** Of the model of a block. */
export function saxName(name: string): string {
  return identifierOf(name, RESERVED);
}

type Pair = readonly [string, string];

/** What is printed for a device: its parts, and the connections between them. */
interface Printed {
  readonly models: readonly Pair[];
  readonly inside: readonly Pair[];
  /** A port of a device is a port of one of its parts; null: the device is one part. */
  readonly ports: Readonly<Record<string, string>> | null;
}

type LitStep = Exclude<BlockStep, { kind: "absorb" }>;

function model(component: string, settings: Readonly<Record<string, number>>): string {
  const listed = Object.entries(settings).map(([key, value]) => `"${key}": ${formatNumber(value)}`);
  return `{"component": "${component}", "settings": {${listed.join(", ")}}}`;
}

/** SAX: phase = pi * voltage. */
function phaseShifter(phaseRad: number): string {
  return model("phase_shifter", { length: 0, voltage: phaseRad / Math.PI });
}

/** SAX: transmission 10^(-loss / 20). */
function attenuator(fieldFactor: number): string {
  return model("attenuator", { loss: fieldFactor === 1 ? 0 : -20 * Math.log10(fieldFactor) });
}

/** A device by the built-in models, with attenuators where it has a loss. */
function builtIn(step: LitStep): Printed {
  const instance = instanceName(step);
  const { fieldFactor } = step;
  const alone = (text: string): Printed => ({ models: [[instance, text]], inside: [], ports: null });
  switch (step.kind) {
    case "waveguide":
      return alone(attenuator(fieldFactor));
    case "phase":
      if (fieldFactor === 1) return alone(phaseShifter(step.phiRad));
      return {
        models: [
          [`${instance}_phi`, phaseShifter(step.phiRad)],
          [`${instance}_il`, attenuator(fieldFactor)],
        ],
        inside: [[`${instance}_phi,out0`, `${instance}_il,in0`]],
        ports: { in0: "phi,in0", out0: "il,out0" },
      };
    case "mzi":
    case "attenuator":
      return mziParts(instance, step);
  }
}

function mziParts(instance: string, step: Extract<LitStep, { kind: "mzi" | "attenuator" }>): Printed {
  const [first, second] = crossPowersOf(step);
  const losses = step.fieldFactor === 1 ? [] : ["0", "1"];
  const part = (name: string): string => `${instance}_${name}`;
  return {
    models: [
      [part("phi"), phaseShifter(step.phiRad)],
      [part("bs0"), model("coupler_ideal", { coupling: first })],
      [part("theta"), phaseShifter(step.thetaRad)],
      [part("bs1"), model("coupler_ideal", { coupling: second })],
      ...losses.map((i): Pair => [part(`il${i}`), attenuator(step.fieldFactor)]),
    ],
    inside: [
      [part("phi,out0"), part("bs0,in0")],
      [part("bs0,out0"), part("theta,in0")],
      [part("theta,out0"), part("bs1,in0")],
      [part("bs0,out1"), part("bs1,in1")],
      ...losses.map((i): Pair => [part(`bs1,out${i}`), part(`il${i},in0`)]),
    ],
    ports: {
      ...{ in0: "phi,in0", in1: "bs0,in1" },
      ...(losses.length > 0 ? { out0: "il0,out0", out1: "il1,out0" } : { out0: "bs1,out0", out1: "bs1,out1" }),
    },
  };
}

function crossPowersOf(step: Extract<LitStep, { kind: "mzi" | "attenuator" }>): readonly [number, number] {
  return step.kind === "mzi" ? step.crossPowers : [0.5, 0.5];
}

function* printSax(block: LinearBlock, printed: (step: LitStep) => Printed): Generator<string> {
  const portsOf = new Map<string, Printed["ports"]>();
  const inside: Pair[] = [];
  function* instances(): Generator<string> {
    for (const step of lossySteps(block)) {
      if (step.kind === "absorb") continue;
      const { models, ports, inside: own } = printed(step);
      portsOf.set(instanceName(step), ports);
      for (const connection of own) inside.push(connection);
      for (const [name, text] of models) yield `\n      "${name}": ${text}`;
    }
  }
  const at = ({ instance, port }: Endpoint): string => {
    const ports = portsOf.get(instance) ?? null;
    return ports === null ? `${instance},${port}` : `${instance}_${ports[port]!}`;
  };
  const pair = ([from, to]: Pair): string => `\n      "${from}": "${to}"`;
  yield `{\n  "${saxName(block.name)}": {\n    "instances": {`;
  yield* withCommas(instances());
  yield '\n    },\n    "connections": {';
  const { joints, ends } = connections(block, lossySteps);
  const joined = [...inside, ...joints.map(([from, to]): Pair => [at(from), at(to)])];
  yield* withCommas(joined.map(pair));
  yield `${joined.length === 0 ? "" : "\n    "}},\n    "ports": {`;
  const names = portNames(block);
  yield* withCommas([
    ...names.inputs.map((name, i) => pair([name, at(ends.inputs[i]!)])),
    ...names.outputs.map((name, i) => pair([name, at(ends.outputs[i]!)])),
  ]);
  yield "\n    }\n  }\n}\n";
}

/** A module of models that take `wl` in um, and `circuit`, made of the netlist; what it says of light stands in docs/explanation/physics.md. */
function* printModule(block: LinearBlock, built: LinearBlock, dispersion: DispersedCircuit): Generator<string> {
  const heated = (step: LitStep): { readonly theta: number; readonly phi: number } => {
    const device = step.device < 0 ? undefined : built.meshes[step.mesh]!.devices[step.device];
    return device?.kind === "mzi" || device?.kind === "attenuator"
      ? { theta: device.thetaRad, phi: device.phiRad }
      : { theta: 0, phi: 0 };
  };
  const printed = (step: LitStep): Printed => {
    const { fieldFactor: factor } = step;
    const lane = (settings: Readonly<Record<string, number>>): string => model("lane", { ...settings, factor });
    const text = ((): string => {
      switch (step.kind) {
        case "waveguide":
          return lane({ length_um: step.lengthUm });
        case "phase":
          return lane({ phi: step.phiRad });
        case "mzi":
        case "attenuator": {
          const [first, second] = crossPowersOf(step).map((share) => Math.asin(Math.sqrt(share)));
          const { theta, phi } = heated(step);
          const set = { theta: step.thetaRad, phi: step.phiRad, built_theta: theta, built_phi: phi };
          return model("mzi", { ...set, first: first!, second: second!, factor });
        }
      }
    })();
    return { models: [[instanceName(step), text]], inside: [], ports: null };
  };
  yield `# ${comment(block.name)}: SAX models by wavelength (wl, um), and a netlist\n`;
  yield modelsText(dispersion);
  yield "netlist = ";
  yield* printSax(block, printed);
  yield '\ncircuit, info = sax.circuit(netlist, models={"mzi": mzi, "lane": lane}, backend="klu")\n';
}

function modelsText({ wavelengthM, groupIndex, dispersion, couplerAngle, couplerPhase }: DispersedCircuit): string {
  const [set, usual] = [formatNumber(wavelengthM), formatNumber(Number((1e6 * wavelengthM).toPrecision(12)))];
  return `import jax.numpy as jnp
import sax


def offset(wl):
    """Metres beyond the wavelength of the phases; growth of a built phase."""
    light = jnp.asarray(wl) * 1e-6
    return light - ${set}, ${set} / light - 1


def mzi(wl=${usual}, theta=0.0, phi=0.0, built_theta=0.0, built_phi=0.0, first=0.7853981633974483, second=0.7853981633974483, factor=1.0):
    """Phases as set and as heaters make them; field angles of both couplers."""
    change, growth = offset(wl)
    angle, between = ${formatNumber(couplerAngle)} * change, ${formatNumber(couplerPhase)} * change
    (c1, s1), (c2, s2) = ((jnp.cos(it + angle), 1j * jnp.sin(it + angle)) for it in (first, second))
    turn = jnp.exp(1j * between)
    upper = jnp.exp(1j * (theta + growth * built_theta))
    ahead = factor * jnp.exp(1j * (phi + growth * built_phi))
    return sax.reciprocal({
        ("in0", "out0"): ahead * (c2 * turn * upper * c1 * turn + s2 * s1),
        ("in1", "out0"): factor * (c2 * turn * upper * s1 + s2 * c1 / turn),
        ("in0", "out1"): ahead * (s2 * upper * c1 * turn + c2 / turn * s1),
        ("in1", "out1"): factor * (s2 * upper * s1 + c2 / turn * c1 / turn),
    })


def lane(wl=${usual}, phi=0.0, length_um=0.0, factor=1.0):
    """A waveguide, or a phase that no heater makes."""
    change, _ = offset(wl)
    index = (${formatNumber(groupIndex)} * change + ${formatNumber(299792458 * dispersion)} * change**2 / 2) / ${set}
    turn = 2 * jnp.pi * length_um * index / jnp.asarray(wl)
    return sax.reciprocal({("in0", "out0"): factor * jnp.exp(1j * (phi - turn))})


`;
}
