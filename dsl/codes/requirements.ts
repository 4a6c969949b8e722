import type { CodePage } from "../report/diagnostic.ts";

/** OPT0227 and on: what a spec says about technology and requirements. */
export const requirementCodes: readonly CodePage[] = [
  {
    code: "OPT0227",
    title: "requirement the wrong way round",
    explanation:
      "A requirement bounds a figure on its bad side: losses, powers, times, sizes and error rates from above with `<=`, " +
      "the yield from below with `>=`.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  technology "foundry-si"
  require {
    latency >= 5 ns
  }
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  technology "foundry-si"
  require {
    latency <= 5 ns
    yield >= 99 % at phase 0.005 rad, splitter 1 %
  }
}
`,
  },
  {
    code: "OPT0228",
    title: "not a technology",
    explanation:
      "A technology is the name of one that is shipped, without slash and ending (`optinc technology list`), or the path of a " +
      "file of one's own that ends in .yaml or .yml, relative to the spec.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  technology "processes/own.json"
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  technology "processes/own.yaml"
}
`,
  },
];
