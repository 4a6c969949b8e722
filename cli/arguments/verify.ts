import { type Command, Option } from "commander";
import { limits, trainingLimits } from "../../dsl/index.ts";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { atMost, count, fileName, needs, positive, seed, share } from "./options.ts";

export function declareVerify(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("verify")
    .description("compare a circuit with the reference and a ring all-reduce")
    .argument("[paths...]", "build directories, circuit.json, .sp, spec files, or - for standard input")
    .option("--netlist <file>", "verify a file of `optinc export` instead, or the index of several")
    .addOption(new Option("--as <format>", "format of --netlist").choices(["spice", "sax", "blackbird"]))
    .option("--spec <file>", "hold the circuit to a spec: words, rounding, topology, inputs, margin, target")
    .option("--aggregate <name>", "verify this aggregate of a spec only")
    .option(
      "--target <share>",
      "share of right words that is enough of a trained or imported network, such as 0.99",
      share,
    )
    .option("--allow-modified", "verify a build although files of it are not those of its manifest", false)
    .addOption(
      new Option("--inputs <inputs>", "input vectors to try (default: what the spec says, else by size)").choices([
        "exhaustive",
        "proof",
        "sampled",
      ]),
    )
    .option("--samples <n>", "number of sampled vectors; implies --inputs sampled", count(1))
    .option("--seed <n>", "seed of samples and chips", seed, 1)
    .option("--gradients <file>", "also aggregate real gradients, float32 [workers, length] in a .npy file")
    .option("--block <n>", "gradients that share an exponent", count(1), 256)
    .option("--phase-sigma <rad>", "also simulate chips with this standard deviation of every phase", positive)
    .option("--chips <n>", "simulated chips", count(1), 100)
    .option("--junit <file>", "write a JUnit report", fileName)
    .option("--sarif <file>", "write what is wrong as SARIF", fileName)
    .option(
      "--report <page>",
      "the page of `optinc report` that wrong words are to be looked at in: failures link into it",
    )
    .option(
      "--proof-log <file>",
      "prove the circuits and write every bound of the proofs as JSON lines (docs/proof.md)",
      fileName,
    )
    .option("--json <file>", "write the report as JSON; - prints it instead of the text")
    .option("--force", "replace files that the command did not write itself", false)
    .option("-q, --quiet", "print no report and no progress", false)
    .action(async (paths: string[], flags, command: Command) => {
      const { netlist: file, as } = flags;
      if ((file === undefined) !== (as === undefined) || (paths.length === 0) === (file === undefined)) {
        command.error("error: verify takes paths, or --netlist FILE --as FORMAT");
      }
      if (flags.report !== undefined && paths.length > 1) command.error("error: a page is about one circuit");
      if (paths.filter((path) => path === "-").length > 1) command.error("error: - is standard input, once");
      needs(command, "--chips", "chips", "--phase-sigma", flags.phaseSigma);
      needs(command, "--block", "block", "--gradients", flags.gradients);
      atMost(command, "--samples", flags.samples, limits.sampledVectors);
      atMost(command, "--chips", flags.chips, limits.chips);
      atMost(command, "--block", flags.block, trainingLimits.block);
      const netlist = file === undefined ? null : { file, as };
      if (flags.samples !== undefined && flags.inputs !== undefined && flags.inputs !== "sampled") {
        command.error(`error: --samples does not go with --inputs ${flags.inputs}`);
      }
      const { runVerify } = await import("../commands/verify.ts");
      const { aggregate = null, inputs = null, samples = null, gradients = null, phaseSigma = null } = flags;
      const {
        junit = null,
        sarif = null,
        json = null,
        spec = null,
        target = null,
        report: page = null,
        proofLog = null,
      } = flags;
      const files = { junit, sarif, json, page, proofLog };
      const optional = { aggregate, inputs, samples, gradients, phaseSigma, ...files, spec, target };
      finish(await runVerify(terminal, { ...flags, paths, netlist, ...optional }));
    });
}
