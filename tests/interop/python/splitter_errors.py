"""What splitter errors leave of a matrix: universal meshes and the layers of a circuit of ours once every MZI is solved for its own
couplers, and whole circuits of ours once chips of them were brought up by their own detectors.

Universal meshes: the rectangular decomposition of Clements et al. (Optica 3, 1460, 2016), each MZI then corrected for its couplers
by Bandyopadhyay, Hamerly and Englund (Optica 8, 1247, 2021): theta so that the share of power that stays in its lane is the wanted one
or the nearest that the couplers allow, phi and the phases behind so that all phases are the wanted ones. Ours: the sections of circuit.json
as `optinc compile --measured` wrote them for chips of such splitters, by docs/reference/formats.md. The error is |dU|_F / sqrt(N), of a section
|dU|_F / |U|_F over the lanes that carry light. Of a chip that was brought up |dM|_F / |M|_F, where M holds the field that each detector
has from each worker at its highest level and from each neuron that is on; the light in front of a neuron is compared in any scale,
because its threshold is set by what comes.
"""

import json
import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
SIGMA, N, DRAWS, DARK = 0.03, 16, 20, 1e-12


def coupler(error):
    angle = np.pi / 4 + error
    return np.array([[np.cos(angle), 1j * np.sin(angle)], [1j * np.sin(angle), np.cos(angle)]])


def mzi(theta, phi, e1=0.0, e2=0.0):
    """Phase phi on mode 0, coupler, phase theta on mode 0, coupler."""
    return coupler(e2) @ np.diag([np.exp(1j * theta), 1]) @ coupler(e1) @ np.diag([np.exp(1j * phi), 1])


def settings(u):
    """theta, phi and two phases behind, so that diag(behind) mzi(theta, phi) = u for a unitary u of two modes."""
    theta = 2 * np.arctan2(abs(u[0, 0]), abs(u[0, 1]))
    free = mzi(theta, 0.0)
    # Where each output has light of one input alone, phi is free.
    phi = 0.0 if min(abs(u[0])) < DARK else np.angle(u[0, 0] * np.conj(u[0, 1])) - np.angle(free[0, 0] * np.conj(free[0, 1]))
    made = mzi(theta, phi)
    behind = [np.angle(u[k] @ np.conj(made[k])) for k in (0, 1)]
    return theta, phi, np.exp(1j * np.array(behind))


def decompose(u):
    """A unitary from input to output: MZIs [mode, 2 x 2 matrix], phases of all modes, MZIs."""
    u = np.array(u, complex)
    n = len(u)
    right, left = [], []
    for i in range(n - 1):
        for j in range(i + 1):
            if i % 2 == 0:
                row, mode = n - 1 - j, i - j
                a, b = u[row, mode], u[row, mode + 1]
                size = np.hypot(abs(a), abs(b))
                c, s = (1.0, 0.0) if size == 0 else (b / size, a / size)
                # u g has 0 at [row, mode], g unitary: u = (u g) g^H
                g = np.array([[c, np.conj(s)], [-s, np.conj(c)]])
                u[:, mode : mode + 2] = u[:, mode : mode + 2] @ g
                right.append((mode, g.conj().T))
            else:
                row = n - 1 - i + j
                col, mode = j, row - 1
                a, b = u[row - 1, col], u[row, col]
                size = np.hypot(abs(a), abs(b))
                c, s = (1.0, 0.0) if size == 0 else (np.conj(a) / size, np.conj(b) / size)
                # g u has 0 at [row, col]
                g = np.array([[c, s], [-np.conj(s), np.conj(c)]])
                u[mode : mode + 2] = g @ u[mode : mode + 2]
                left.append((mode, g.conj().T))
    return right, np.diag(u).copy(), left[::-1]


def corrected(target, errors, correct):
    """The matrix that the mesh of `target` has with couplers off by `errors`, its MZIs set as for perfect ones or corrected."""
    before, diagonal, after = decompose(target)
    steps = [*before, *after]
    n = len(target)
    ideal, real = np.eye(n, dtype=complex), np.eye(n, dtype=complex)
    pending = np.ones(n, complex)  # of the real fields over the wanted ones, in every lane
    for k, (mode, u) in enumerate(steps):
        if k == len(before):
            ideal = diagonal[:, None] * ideal
            real = diagonal[:, None] * real
        e1, e2 = errors[k]
        lanes = slice(mode, mode + 2)
        theta, phi, behind = settings(u)
        if correct:
            # |stays|^2 = sin^2(e1 + e2) + cos 2 e1 cos 2 e2 sin^2(theta / 2)
            stays = (abs(u[0, 0]) ** 2 - np.sin(e1 + e2) ** 2) / (np.cos(2 * e1) * np.cos(2 * e2))
            theta = 2 * np.arcsin(np.sqrt(np.clip(stays, 0, 1)))
            free = mzi(theta, 0.0, e1, e2)
            phi = -np.angle(pending[mode] * np.conj(pending[mode + 1]))
            if min(abs(u[0])) >= DARK:
                phi += np.angle(u[0, 0] * np.conj(u[0, 1])) - np.angle(free[0, 0] * np.conj(free[0, 1]))
            made = mzi(theta, phi, e1, e2)
            came = made * pending[lanes][None, :]
            pending[lanes] = [np.exp(1j * np.angle(came[r] @ np.conj(u[r]))) for r in (0, 1)]
        else:
            made = behind[:, None] * mzi(theta, phi, e1, e2)
        ideal[lanes] = u @ ideal[lanes]
        real[lanes] = made @ real[lanes]
    assert np.allclose(ideal, target, atol=1e-12), "the decomposition is that of the target"
    return np.conj(pending)[:, None] * real if correct else real


def haar(random):
    q, r = np.linalg.qr(random.normal(size=(N, N)) + 1j * random.normal(size=(N, N)))
    return q * (np.diag(r) / abs(np.diag(r)))


def mean_rows():
    """The mean of all modes in the first, real and orthogonal: a cosine transform."""
    k, j = np.arange(N)[:, None], np.arange(N)[None, :]
    u = np.cos(np.pi * (j + 0.5) * k / N) * np.sqrt(2 / N)
    u[0] /= np.sqrt(2)
    return u


def universal():
    random = np.random.default_rng(1)
    kinds = {
        "Haar": lambda: haar(random),
        "identity": lambda: np.eye(N),
        "permutation": lambda: np.eye(N)[random.permutation(N)],
        "averaging": mean_rows,
    }
    for name, draw in kinds.items():
        found = []
        for _ in range(DRAWS):
            target = draw()
            errors = SIGMA * random.normal(size=(N * (N - 1) // 2, 2))
            found.append([np.linalg.norm(corrected(target, errors, c) - target) / np.sqrt(N) for c in (False, True)])
        as_set, solved = np.mean(found, axis=0)
        yield {"target": f"{name}, {N} modes", "uncorrected": as_set, "corrected": solved}


def matrix(section, modes, cross):
    """Of a section on all modes; `cross` says the shares of power that cross the couplers of an MZI by its name, or nothing."""
    u = np.eye(modes, dtype=complex)
    for mesh in section["meshes"]:
        at = mesh["modes"]
        for i, device in enumerate(mesh["devices"]):
            if device["kind"] == "phase":
                u[at[device["mode"]]] *= np.exp(1j * device["phiRad"])
                continue
            lanes = [at[device["mode"]], at[device["mode"] + 1]]
            shares = cross(f"{section['name']}/{mesh['name']}[{i}]", device)
            e1, e2 = (np.arcsin(np.sqrt(share)) - np.pi / 4 for share in shares)
            u[lanes] = mzi(device["thetaRad"], device["phiRad"], e1, e2) @ u[lanes]
        for dark in mesh["terminated"]:
            u[dark] = 0
    return u


def ours(job):
    ideal = json.loads((folder / job["ideal"]).read_text())
    solved = json.loads((folder / job["solved"]).read_text())
    chip = {it["name"]: it["crossPower"] for it in json.loads((folder / job["chip"]).read_text())["mzis"]}
    names = set()

    def as_built(name, _):
        names.add(name)
        return chip[name]

    def solved_for(_, device):
        return device.get("firstCrossPower", 0.5), device.get("secondCrossPower", 0.5)

    lit = np.zeros(ideal["modes"], bool)
    lit[[port["mode"] for port in ideal["inputs"]]] = True
    found = []
    for section, other in zip(ideal["sections"], solved["sections"], strict=True):
        wanted = matrix(section, ideal["modes"], lambda *_: (0.5, 0.5))
        off = [matrix(section, ideal["modes"], as_built), matrix(other, ideal["modes"], solved_for)]
        # What a section would do with light that never comes is nobody's wish.
        size = np.linalg.norm(wanted[:, lit])
        found.append([np.linalg.norm((u - wanted)[:, lit]) / size for u in off])
        lit = (abs(wanted[:, lit]) > DARK).any(axis=1)
    assert names == set(chip), "every MZI of the chip is one of the circuit's"
    return [max(column) for column in zip(*found)]


def detectors(circuit, launch, heights, receivers):
    """Fields [detector, source], and how many of the detectors are neurons', which come first."""
    modes, neurons = circuit["modes"], sum(len(section["activations"]) for section in circuit["sections"])
    inputs = circuit["inputs"]
    fields = np.zeros((modes, len(inputs) + neurons), complex)
    for source, (port, (re, im)) in enumerate(zip(inputs, launch, strict=True)):
        fields[port["mode"], source] = (re + 1j * im) * port["fieldPerLevel"] * (circuit["aggregate"]["levels"] - 1)
    rows = []
    for section in circuit["sections"]:
        fields = matrix(section, modes, lambda _, it: (it.get("firstCrossPower", 0.5), it.get("secondCrossPower", 0.5))) @ fields
        for neuron in section["activations"]:
            rows.append(fields[neuron["mode"]].copy())
            fields[neuron["mode"]] = 0
            fields[neuron["mode"], len(inputs) + len(rows) - 1] = heights[len(rows) - 1] * neuron["gain"] * neuron["range"]
    assert len(rows) == neurons == len(heights)
    rows += [(re + 1j * im) * fields[port["mode"]] for port, (re, im) in zip(circuit["outputs"], receivers, strict=True)]
    return np.array(rows), neurons


def left(chip, designed):
    """Errors of the fields at the detectors and of what they read, which is the real part."""
    wanted, neurons = detectors(**designed)
    found, _ = detectors(**chip)
    for row in range(neurons):
        found[row] *= (found[row] @ np.conj(wanted[row])).real / np.linalg.norm(found[row]) ** 2
    size = np.linalg.norm(wanted)
    assert np.allclose(wanted.imag, 0, atol=1e-12), "a detector reads the field that is meant"
    return np.linalg.norm(found - wanted) / size, np.linalg.norm((found - wanted).real) / size


def with_phases_of(designed, chip):
    """The chip's couplers with the phases and knobs of the design."""
    circuit = json.loads(json.dumps(chip["circuit"]))
    for section, other in zip(circuit["sections"], designed["circuit"]["sections"], strict=True):
        for mesh, meant in zip(section["meshes"], other["meshes"], strict=True):
            for device, it in zip(mesh["devices"], meant["devices"], strict=True):
                device.update({key: it[key] for key in ("thetaRad", "phiRad") if key in it})
    return {**designed, "circuit": circuit}


def brought_up(job):
    def read(chip):
        return {**chip, "circuit": json.loads(chip["circuit"])}

    designed = read(job["designed"])
    perfect = [read(chip) for chip in job["perfect"]]
    steps = [read(chip) for chip in job["converters"]]
    as_set = [left(with_phases_of(designed, chip), designed)[0] for chip in perfect]
    fields, reads = np.mean([left(chip, designed) for chip in perfect], axis=0)
    fields12, reads12 = np.mean([left(chip, designed) for chip in steps], axis=0)
    return {
        "target": f"{job['name']} brought up",
        "uncorrected": np.mean(as_set),
        "corrected": fields,
        "read": reads,
        "converters": fields12,
        "convertersRead": reads12,
    }


jobs = json.loads((folder / "jobs.json").read_text())
rows = list(universal()) + [brought_up(job) for job in json.loads((folder / "brought-up.json").read_text())]
for name in dict.fromkeys(job["name"] for job in jobs):
    found = [ours(job) for job in jobs if job["name"] == name]
    as_set, solved = np.mean(found, axis=0)
    rows.append({"target": f"worst section of {name}", "uncorrected": as_set, "corrected": solved})
(folder / "verdicts.json").write_text(json.dumps(rows))
