import { describe, expect, it } from "vitest";
import { parseClusters, parseSpecs, parseTrainings } from "../../dsl/index.ts";

const parsed = (text: string) => parseSpecs({ name: "a.optinc", text }, { emitTargets: [] });

/** The settings that OPT0235 is about; nothing else may be found. */
function vainIn(text: string, parse: (text: string) => Pick<ReturnType<typeof parsed>, "diagnostics"> = parsed) {
  return parse(text).diagnostics.map(({ code, severity, message, labels, help }) => {
    expect([code, severity, help === null]).toEqual(["OPT0235", "warning", false]);
    const { start, end } = labels.find(({ primary }) => primary)!.span;
    expect(text.slice(start, end)).not.toBe("");
    return /^`([^`]+)` has no effect/.exec(message)![1];
  });
}

const trained = (words: string, settings: string): string =>
  `aggregate a { ${words}; network trained { ${settings} } }`;

describe("settings of a network that do nothing", () => {
  it("are warned of where nothing is approximated, or on the manifold", () => {
    const words = "workers 2; precision 4 bits";
    expect(vainIn(trained(words, "project-every 10"))).toEqual(["project-every"]);
    expect(vainIn(trained(words, "approximation projected; project-every 10"))).toEqual([]);
    const none = "approximate none; approximation projected; project-every 10";
    expect(vainIn(trained(words, none))).toEqual(["approximation", "project-every"]);
  });

  it("are warned of where no circuit is placed", () => {
    const words = "workers 2; precision 4 bits; port-order by-worker";
    expect(vainIn(`aggregate a { ${words} }`)).toEqual(["port-order"]);
    expect(vainIn(`aggregate a { ${words}; technology "foundry-si" }`)).toEqual([]);
  });
});

describe("settings of a training that do nothing", () => {
  const unused = (settings: string) => {
    const parse = (text: string) => parseTrainings({ name: "a.optinc", text });
    expect(parse(`training t { ${settings} }`).value).toHaveLength(1);
    return vainIn(`training t { ${settings} }`, parse);
  };

  it("are those of runs that are not asked for, and of the other optimizer", () => {
    const all = "phase-sigma 0.1; error-row layers 4..7; error-rate 1 %; chips 2; block 64";
    expect(unused(`runs float; ${all}`)).toEqual(["phase-sigma", "error-row", "error-rate", "chips", "block"]);
    expect(unused(`runs ring, chip-samples; ${all}`)).toEqual(["phase-sigma", "error-row", "error-rate"]);
    expect(unused(`runs noise, errors; ${all}`)).toEqual([]);
    expect(unused(all)).toEqual([]);
    expect(unused("optimizer adam; momentum 0.5")).toEqual(["momentum"]);
    expect(unused("model llama; momentum 0.5")).toEqual(["momentum"]);
    expect(unused("optimizer sgd; momentum 0.5")).toEqual([]);
  });
});

describe("settings of a cluster that do nothing", () => {
  const unused = (settings: string) => {
    const parse = (text: string) => parseClusters({ name: "a.optinc", text });
    const text = `cluster c { workers 8; fat-tree { ${settings} } }`;
    expect(parse(text).value).toHaveLength(1);
    return vainIn(text, parse);
  };

  it("are those of a hash that nothing is hashed by", () => {
    expect(unused("routing adaptive; channels 2; seed 3; seeds 4")).toEqual(["channels", "seed", "seeds"]);
    expect(unused("routing adaptive; placement scattered; channels 2; seed 3; seeds 4")).toEqual(["channels"]);
    expect(unused("channels 2; seed 3; seeds 4")).toEqual([]);
  });
});

it("are bounds that every circuit keeps", () => {
  const wanted = "word-error-rate <= 1; yield >= 0 %; mzis <= 90";
  expect(vainIn(`aggregate a { workers 2; precision 4; require { ${wanted} } }`)).toEqual(["word-error-rate", "yield"]);
});

it("errors are not hidden behind many warnings", () => {
  const unused = (count: number): string =>
    Array.from({ length: count }, (_, i) => `aggregate a${i} { workers 2; precision 1; port-order by-worker }\n`).join(
      "",
    );
  const warned = parsed(unused(30));
  expect(warned.value).toHaveLength(30);
  expect(warned.diagnostics).toHaveLength(21);
  expect(warned.diagnostics.at(-1)).toMatchObject({ severity: "warning", message: "and 10 more warnings" });
  const { value, diagnostics } = parsed(`${unused(30)}aggregate b { workers 2; precision 1; wrong 1 }`);
  expect(value).toBeNull();
  expect(diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code)).toEqual(["OPT0205"]);
  expect(diagnostics).toHaveLength(21);
});

it("a training names the optimizer and the rate that it takes, written or not", () => {
  const taken = (settings: string) => {
    const { value } = parseTrainings({ name: "a.optinc", text: `training t { ${settings} }` });
    const { inputs } = value![0]!;
    return ["optimizer", "learning-rate"].map((name) => {
      const { value: said, from } = inputs.find(({ path }) => path === name)!;
      return `${said} ${from}`;
    });
  };
  expect(taken("steps 1")).toEqual(["sgd default", "0.05 default"]);
  expect(taken("model llama")).toEqual(["adam default", "0.003 default"]);
  expect(taken("optimizer adam; learning-rate 1e-2")).toEqual(["adam file", "1e-2 file"]);
});

it("an error beside a warning is still an error", () => {
  const { value, diagnostics } = parsed("aggregate a { workers 2; precision 4 bits; port-order by-worker; wrong 1 }");
  expect(value).toBeNull();
  expect(diagnostics.map(({ code }) => code)).toContain("OPT0205");
});
