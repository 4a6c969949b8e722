import { failure, serializeCircuit, type Target } from "../../netlist/index.ts";
import { proofLog, prove } from "./proof-report.ts";

const howTo = `# A proof to check

\`circuit.json\` is the circuit, \`proof.json\` what optinc proved of it. \`check_proof.py\` proves the circuit again, in Python, and shares no code with optinc:

    python3 -m venv environment
    environment/bin/pip install python-flint==0.9.0 z3-solver==5.4.1.0
    environment/bin/python check_proof.py circuit.json --log proof.json

Exit code 0: every word is right, and the log agrees. 3: not decided, or the log differs. 1: bad input.
docs/explanation/proof.md of optinc states the theorem, and docs/reference/formats.md what the files hold.
`;

/** Circuit, log of the proof, and an independent program that checks both; `program` is its text. */
export function proofCheckerTarget(program: () => string): Target {
  return {
    name: "proof-checker",
    summary: "a circuit, the log of its proof, and a Python program that proves it again",
    carries: "every bound of the proof, for a check by independent code",
    limits: "circuits with a certificate, as a whole; large ones take minutes in Python",
    options: [],
    check: ({ circuit, scope }) => {
      const refuse = (code: string, message: string, help: string) => [failure(code, "", message, help)] as const;
      if (scope.kind !== "circuit") return refuse("OPT0437", "a proof is of the whole circuit", "leave --scope out");
      if (circuit.certificate !== null) return [];
      return refuse(
        "OPT0634",
        "the circuit carries no certificate: there is no proof to check",
        "`network constructed`",
      );
    },
    emit: ({ circuit }) => [
      { name: "circuit.json", content: serializeCircuit(circuit) },
      { name: "proof.json", content: [proofLog(circuit.name, prove(circuit).log)] },
      { name: "check_proof.py", content: [program()] },
      { name: "README.md", content: [howTo] },
    ],
  };
}
