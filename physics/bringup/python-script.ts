import { wordRange } from "../../verify/index.ts";
import type { Calibration } from "./calibrated-chips.ts";
import {
  AVERAGED,
  LARGEST_DRIFT,
  LARGEST_MISS,
  LEAST_CONTRAST,
  MORE,
  MOST,
  PROBE,
  TOO_UNSURE,
  UNSURE,
} from "./carry-out.ts";
import { BACK, DIM, HEATER, type Loop, WEAK } from "./pilots.ts";

/** A program that carries the procedure out: one class to fill in for instruments of one's own; as it is, it runs on a simulated chip. */
export function* pythonScript({ procedure, wiring }: Calibration, loop: Loop): Generator<string> {
  const { aggregate } = wiring.circuit;
  const { min, max } = wordRange(aggregate);
  // Names of circuits are words of letters, digits, - and _; what else came would not end the string.
  yield HEAD.replaceAll("@circuit@", procedure.circuit.replace(/[^\w.-]/g, "_"));
  yield `WORKERS = ${aggregate.workers}\nLEAST_WORD, LARGEST_WORD = ${min}, ${max}\nROUNDING = "${aggregate.rounding}"\n\n`;
  yield `PROCEDURE = json.loads(r"""\n${JSON.stringify(procedure).replaceAll("}},{", "}},\n{")}\n""")\n`;
  const pilots = loop.pilots.map(({ drive, detectors }) => ({ drive, detectors }));
  yield `LOOP = json.loads(r"""\n${JSON.stringify({ ...loop, pilots }).replaceAll("}},{", "}},\n{")}\n""")\n`;
  yield BODY;
}

const HEAD = `#!/usr/bin/env python3
"""Bring-up of @circuit@: sets every knob of a fabricated chip by its detectors alone.

    python3 @circuit@.bringup.py                     on a simulated chip, served by "optinc bringup"
    python3 @circuit@.bringup.py --build DIR --chip-sample 7  on another one
    python3 @circuit@.bringup.py --technology foundry-si --track 200  keeps it set while it drifts
    python3 @circuit@.bringup.py --trimming          thresholds, gains and levels again, no heater

For your own chip fill in LabInstruments and run with --lab. The chip's layout script writes the table for --pads.
Needs nothing but Python's standard library.
"""

import argparse
import cmath
import csv
import json
import math
import operator
import random
import subprocess
import sys
import time

`;

const BODY = `

class Instruments:
    """What the procedure needs. Knobs and detectors are named {"kind": ..., "name": ...}, as in circuit.json.

    Knobs in rad: heater, launch-phase, neuron-phase and receiver-phase (of their oscillators). Factors of the design: launch-level (of the field), gain, receiver-gain.
    In units of the circuit's field: threshold; receiver-threshold, where it decides between its two middle levels (other decisions move along).
    Detectors: neuron (the current in front of it, in units of its threshold); receiver (in units of its decisions).
    """

    def set(self, knob, value):
        raise NotImplementedError

    def read(self, monitor, drive, times):
        """The mean of so many readings of the detector. Ports launch drive["levels"] ({port: level}); other ports are dark.
        Neurons in drive["on"] are held on (a threshold far below every reading). Those in drive.get("live", []) stay as
        they are set; other neurons are held dark."""
        raise NotImplementedError

    def words(self, rows):
        """What every worker reads when the rows' words are sent; None skips them."""
        return None

    def wait(self, seconds):
        """Until the next round of --track; the chip drifts meanwhile."""
        time.sleep(seconds)


class LabInstruments(Instruments):
    """Yours: drivers of heaters and modulators, and converters behind the detectors.

    self.pads["heater layer1/mesh[0].phi"] lists the pads of a heater, neuron or neuron-phase: number, place, kind.
    """

    def __init__(self, pads):
        self.pads = pads


def pads_of(path):
    """Pads by what they are called here; everything that the procedure sets or reads on the chip has one."""
    found = {}
    try:
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                found.setdefault(row["bringup"], []).append(row)
    except (OSError, ValueError, KeyError, csv.Error) as problem:
        raise SystemExit("%s cannot be read as a table of pads: %s" % (path, type(problem).__name__))
    knobs = [step["knob"] for step in PROCEDURE["steps"]] + [step["rule"].get("monitor", {}) for step in PROCEDURE["steps"]]
    wanted = {"%(kind)s %(name)s" % it for it in knobs if it.get("kind") in ("heater", "neuron", "neuron-phase")}
    for name in sorted(wanted - set(found)):
        print("no pad leads to " + name, file=sys.stderr)
    if wanted - set(found):
        raise SystemExit("%s is of another chip" % path)
    return found


class SimulatedChip(Instruments):
    """A chip of "optinc bringup --serve": its phases are as unknown as those of a fabricated one."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, request):
        self.process.stdin.write(json.dumps(request) + "\\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the simulated chip does not answer")
        answer = json.loads(line)
        if not answer["ok"]:
            raise SystemExit("the simulated chip says: " + answer["error"])
        return answer

    def set(self, knob, value):
        self.ask({"do": "set", **knob, "value": value})

    def read(self, monitor, drive, times):
        return self.ask({"do": "read", **monitor, "drive": drive, "times": times})["value"]

    def words(self, rows):
        return self.ask({"do": "words", "words": rows})["words"]

    def wait(self, seconds):
        self.ask({"do": "wait", "seconds": seconds})

    def close(self):
        self.process.stdin.close()
        self.process.wait()


SWEPT = 8  # values of a knob over a turn: a field is a sine of every phase
AVERAGED = ${AVERAGED}  # readings of which every one that is used is the mean
MORE, MOST = ${MORE}, ${MOST}  # times as many for an unsure step, and at most
UNSURE, TOO_UNSURE = ${UNSURE}, ${TOO_UNSURE}  # of its phase or ratio; named beyond
LEAST_CONTRAST = ${LEAST_CONTRAST}  # height of a crest over what the sweep leaves unexplained
LARGEST_MISS = ${LARGEST_MISS}  # of a ratio
LARGEST_DRIFT = ${LARGEST_DRIFT}  # of a phase since it was set, rad
DARK = {"levels": {}, "on": []}
PROBE = ${PROBE}  # by which slopes are measured, rad
WEAK, HEATER, DIM = ${WEAK}, ${HEATER}, ${DIM}  # of tracking: see "optinc track" in the documents
BACK = ${JSON.stringify(BACK)}


class Lab:
    """Carries steps out; remembers what every knob was set to."""

    def __init__(self, instruments):
        self.instruments = instruments
        self.settings = {}
        self.factors, self.seen = {}, set()  # of readings, by detector; detectors of a step

    def set(self, knob, value):
        self.settings[(knob["kind"], knob["name"])] = value
        self.instruments.set(knob, value)

    def setting(self, knob):
        start = 1.0 if knob["kind"] in ("launch-level", "gain", "receiver-gain") else 0.0
        return self.settings.get((knob["kind"], knob["name"]), start)

    def crest(self, knob, read):
        """Where the first harmonic of readings over a turn of the knob is largest."""
        angles = [2 * math.pi * i / SWEPT for i in range(SWEPT)]
        readings = []
        for angle in angles:
            self.set(knob, angle)
            readings.append(read())
        cosine = sum(x * math.cos(angle) for x, angle in zip(readings, angles))
        sine = sum(x * math.sin(angle) for x, angle in zip(readings, angles))
        crest, height = math.atan2(sine, cosine), 2 * math.hypot(sine, cosine) / SWEPT
        middle = sum(readings) / SWEPT
        rest = [x - middle - height * math.cos(angle - crest) for x, angle in zip(readings, angles)]
        unexplained = math.hypot(*rest) / math.sqrt(SWEPT - 3)
        self.off = math.sqrt(2 / SWEPT) * unexplained / height if height else math.inf
        if height <= LEAST_CONTRAST * unexplained:
            self.problem = "no contrast: a dead heater, a dark source, or noise"
        return crest

    def power(self, rule):
        """Of the field, whatever its phase: from readings at four quarters of a turn of the quadrature knob."""
        knob = rule["quadrature"]
        start = self.setting(knob)
        quarters = []
        for quarter in range(4):
            self.set(knob, start + quarter * math.pi / 2)
            quarters.append(self.response(rule))
        self.set(knob, start)
        return (quarters[0] - quarters[2]) ** 2 + (quarters[1] - quarters[3]) ** 2

    def averaged(self, monitor, drive):
        self.seen.add(monitor["name"])
        return self.instruments.read(monitor, drive, AVERAGED * self.factors.get(monitor["name"], 1))

    def response(self, each):
        return self.averaged(each["monitor"], each["drive"]) - self.averaged(each["monitor"], each.get("from", DARK))

    def ratio(self, rule):
        value = 1 / rule["target"]
        for each in rule["over"]:
            value *= self.response(each)
        for each in rule["under"]:
            value /= self.response(each)
        return value

    def carry_out(self, step):
        """What speaks against the setting of the knob; None: nothing. Repeated where readings are too noisy, or speak against it."""
        while True:
            self.problem, self.off = None, 0.0
            self.seen.clear()
            self.attempt(step)
            noisy = [name for name in self.seen if self.factors.get(name, 1) < MOST]
            if not noisy or (self.problem is None and self.off <= UNSURE):
                break
            for name in noisy:
                self.factors[name] = MORE * self.factors.get(name, 1)
        if self.problem is None and self.off > TOO_UNSURE:
            return "too noisy: off by %.2g" % self.off
        return self.problem

    def attempt(self, step):
        knob, rule = step["knob"], step["rule"]
        kind = rule["kind"]
        if kind == "power-maximum":
            self.set(knob, self.crest(knob, lambda: self.power(rule)) + rule["offset_rad"])
        elif kind in ("maximum", "minimum"):
            crest = self.crest(knob, lambda: self.response(rule))
            self.set(knob, crest + (math.pi if kind == "minimum" else 0))
        elif kind == "ratio":
            for _ in range(3):
                value, now = self.setting(knob), self.ratio(rule)
                if knob["kind"] == "heater":
                    self.set(knob, value + 0.1)
                    slope = (self.ratio(rule) - now) / 0.1
                    move = (1 - now) / slope if slope != 0 else 0.0
                    self.set(knob, value + min(max(move, -0.3), 0.3))
                elif 0.2 < now < 5:
                    self.set(knob, value / now ** (1 / len(rule["over"])))
            self.off = abs(now - 1)
            if not self.off < LARGEST_MISS:
                self.problem = "the ratio of readings ends at %.3g of the wanted one" % now
        elif kind == "midpoint":
            below = max(self.averaged(rule["monitor"], drive) for drive in rule["off"])
            above = min(self.averaged(rule["monitor"], drive) for drive in rule["on"])
            self.set(knob, (below + above) / 2 - rule["range"] / 2)
            if not below < above:
                self.problem = "readings of the two sides overlap"
        else:
            raise SystemExit("unknown rule " + kind)

    def drift(self, step):
        """By how much a phase is off that the step set to a crest, rad."""
        knob, rule = step["knob"], step["rule"]
        if rule["kind"] not in ("maximum", "minimum"):
            return 0.0
        start, readings = self.setting(knob), []
        for quarter in (0, 1, -1):
            self.set(knob, start + quarter * math.pi / 2)
            readings.append(self.response(rule) * (1 if rule["kind"] == "maximum" else -1))
        self.set(knob, start)
        return math.atan2((readings[1] - readings[2]) / 2, readings[0])


def parts(fields):
    return [part for field in fields for part in (field.real, field.imag)]


class Loop:
    """Keeps phases as they are set. Pilots, light of one source alone, read how far they are off."""

    def __init__(self, lab):
        self.lab, self.knobs, rows = lab, LOOP["knobs"], []
        shares = [HEATER if knob["kind"] == "heater" else 1.0 for knob in self.knobs]
        for knob, share in zip(self.knobs, shares):
            start, fields = lab.setting(knob), []
            for sign in (1, -1):
                lab.set(knob, start + sign * PROBE)
                fields.append(self.fields())
            lab.set(knob, start)
            rows.append(parts(share * (more - less) / (2 * math.sin(PROBE)) for more, less in zip(*fields)))
        normal = [[sum(map(operator.mul, a, b)) for b in rows] for a in rows]
        weak = WEAK * sum(row[k] for k, row in enumerate(normal)) / len(normal)
        for k, knob in enumerate(self.knobs):
            normal[k][k] += weak
            back = BACK[knob["name"].rsplit(".", 1)[1]] if knob["kind"] == "heater" else 0.0
            rows[k] += [weak * back / shares[k] * (k == other) for other in range(len(normal))]
        for k, pivot in enumerate(normal):  # the matrix is positive definite
            for other in set(range(len(normal))) - {k}:
                factor = normal[other][k] / pivot[k]
                for lines in (normal, rows):
                    lines[other] = [x - factor * y for x, y in zip(lines[other], lines[k])]
        self.rows = [[shares[k] * x / normal[k][k] for x in row] for k, row in enumerate(rows)]
        self.start, self.wanted = [lab.setting(knob) for knob in self.knobs], self.fields()

    def fields(self):
        """Of pilots at the detectors that see them, by quarters of a turn of oscillators."""
        starts = [self.lab.setting(knob) for knob in LOOP["oscillators"]]
        read, seen = [], [(it["drive"], LOOP["detectors"][k]) for it in LOOP["pilots"] for k in it["detectors"]]
        for quarter in (1, 2, 3, 0):
            for knob, start in zip(LOOP["oscillators"], starts):
                self.lab.set(knob, start + quarter * math.pi / 2)
            read.append([self.lab.averaged(it["monitor"], drive) / it["scale"] for drive, it in seen])
        return [complex(a - c, b - d) / 2 for b, c, d, a in zip(*read)]

    def turn(self, gain):
        """One round; how far each knob was off."""
        both, off = zip(self.fields(), self.wanted), []
        dim = lambda x, y: min(abs(x), abs(y)) < DIM
        changes = parts(now - was if dim(now, was) else was * cmath.log(now / was) for now, was in both)
        settings = [self.lab.setting(knob) for knob in self.knobs]
        moves = [setting - start for setting, start in zip(settings, self.start)]
        for knob, setting, row in zip(self.knobs, settings, self.rows):
            off.append(sum(map(operator.mul, row, changes)))
            back = sum(map(operator.mul, row[len(changes) :], moves))
            self.lab.set(knob, setting - gain * (off[-1] + back))
        return off


def mean(row):
    """What every worker has to read: the rounded mean of the words, in integers, or their sum."""
    total = sum(row)
    if ROUNDING == "none":
        return total
    if ROUNDING == "floor":
        return total // WORKERS
    up = (2 * total + WORKERS) // (2 * WORKERS)
    tie = up * 2 * WORKERS == 2 * total + WORKERS
    return up - 1 if ROUNDING == "half-even" and tie and up % 2 else up


def main():
    parser = argparse.ArgumentParser(description="Bring-up of " + PROCEDURE["circuit"])
    parser.add_argument("--build", default=".", help="build directory of the simulated chip")
    parser.add_argument("--optinc", default="optinc", help="the program, for a simulated chip")
    parser.add_argument("--chip-sample", "--die", dest="chip", default="0", help="number of the simulated chip")
    parser.add_argument("--splitter", default="0.02", help="standard deviation of its 50:50 couplers' angles, rad")
    parser.add_argument("--noise", default="0.001", help="of its readings, of each detector's largest one")
    parser.add_argument("--fault", help="a part of the simulated chip that fails, as optinc faults names it")
    parser.add_argument("--trimming", action="store_true", help="only the steps that touch no heater")
    parser.add_argument("--words", type=int, default=1000, help="words that are tried at the end")
    parser.add_argument("--technology", help="of the simulated chip: its errors, and how it drifts")
    parser.add_argument("--track", type=int, default=0, help="rounds in which the chip is then kept set")
    parser.add_argument("--rate", type=float, default=100, help="of these, Hz")
    parser.add_argument("--gain", type=float, default=0.5, help="share of a phase's error that a round takes away")
    parser.add_argument("--lab", action="store_true", help="use LabInstruments")
    parser.add_argument("--pads", help="CHIP.pads.csv, which is checked and given to LabInstruments")
    arguments = parser.parse_args()
    pads = pads_of(arguments.pads) if arguments.pads else {}
    if arguments.lab:
        instruments = LabInstruments(pads)
    else:
        command = arguments.optinc.split() + ["bringup", arguments.build, "--serve", "--chip-sample", arguments.chip]
        if arguments.trimming:
            command.append("--trimming")
        if arguments.fault:
            command += ["--fault", arguments.fault]
        if arguments.technology:
            command += ["--technology", arguments.technology]
        instruments = SimulatedChip(command + ["--splitter", arguments.splitter, "--noise", arguments.noise])
    lab = Lab(instruments)
    problems, last = {}, {}
    for step in PROCEDURE["steps"]:
        if arguments.trimming and step["number"] < PROCEDURE["trimming_from"]:
            continue
        # a later step of the same knob may mend what an earlier one found
        place = "%(kind)s %(name)s" % step["knob"]
        problems.pop(place, None)
        last[place] = step
        problem = lab.carry_out(step)
        if problem:
            problems[place] = "step %d, %s: %s" % (step["number"], place, problem)
        if sys.stderr.isatty():
            progress = "\\r%d of %d, %s   " % (step["number"], len(PROCEDURE["steps"]), step["purpose"])
            print(progress, end="", file=sys.stderr, flush=True)
    for place, step in last.items():
        drift = lab.drift(step)
        if abs(drift) >= LARGEST_DRIFT:
            problems[place] = "step %d, %s: drifted by %.2g rad since it was set" % (step["number"], place, drift)
    for problem in problems.values():
        print(problem)
    chance = random.Random(1)
    rows = [[chance.randint(LEAST_WORD, LARGEST_WORD) for _ in range(WORKERS)] for _ in range(arguments.words)]
    wrong = []

    def tried():
        read = instruments.words(rows)
        if read is None:
            return "set; no words were tried"
        wrong.append(sum(each != [mean(row)] * WORKERS for row, each in zip(rows, read)))
        return "%d of %d words wrong" % (wrong[-1], len(rows))

    print(tried())
    loop = Loop(lab) if arguments.track else None
    for number in range(1, arguments.track + 1):
        instruments.wait(1 / arguments.rate)
        said = tried() if number % max(1, arguments.track // 20) == 0 else None
        off = loop.turn(arguments.gain)
        if said:
            size = math.hypot(*off) / math.sqrt(len(off))
            print("%.6g s: off by %.6g rad, at most %.6g; %s" % (number / arguments.rate, size, max(map(abs, off)), said))
    if isinstance(instruments, SimulatedChip):
        instruments.close()
    sys.exit(3 if any(wrong or [problems]) else 0)


if __name__ == "__main__":
    main()
`;
