import type { CodePages } from "../report/diagnostic.ts";
import { pair } from "./example.ts";

const required = (...lines: readonly string[]): string =>
  pair('technology "foundry-si"', "require {", ...lines.map((line) => `  ${line}`), "}");

/** OPT0227 and on: what a spec says about technology and requirements. */
export const requirementCodes: CodePages = {
  OPT0227: {
    what: "the requirement bounds the figure on the wrong side",
    why: "A requirement keeps a figure from being bad: losses, powers, times, sizes and error rates from above.",
    write: "Use `<=`, and `>=` for the yield.",
    wrong: required("latency >= 5 ns"),
    right: required("latency <= 5 ns", "yield >= 99 % at phase 0.005 rad, splitter 1 %"),
  },
  OPT0228: {
    what: "this does not name a technology",
    why: "A technology is a shipped one or a YAML file.",
    write: "Use a name from `optinc technology list`, or a path relative to the spec.",
    wrong: pair('technology "processes/own.json"'),
    right: pair('technology "processes/own.yaml"'),
  },
  OPT0248: {
    what: "the bound of the symbol rate is for designs that the compiler chooses",
    why: "The compiler chooses with a technology, a requirement, and no setting of the network.",
    write: "Write the rate alone, or leave the network to the compiler.",
    wrong: pair('technology "best-published"', "symbol-rate >= 10 GBd"),
    right: pair('technology "best-published"', "symbol-rate >= 10 GBd", "require { launch-power <= 5 dBm }"),
  },
};
