import { describe, expect, it } from "vitest";
import { junitXml } from "../../verify/index.ts";

describe("JUnit report", () => {
  it("counts and lists the cases", () => {
    const xml = junitXml("mean-4x8", [
      { name: "exhaustive", classname: "mean-4x8", passed: true, message: "" },
      { name: "gradients", classname: "mean-4x8", passed: false, message: "2 wrong" },
    ]);
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1" errors="0" skipped="0">
  <testsuite name="mean-4x8" tests="2" failures="1" errors="0" skipped="0">
    <testcase name="exhaustive" classname="mean-4x8"/>
    <testcase name="gradients" classname="mean-4x8">
      <failure message="2 wrong"/>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  it("escapes what XML reserves and replaces what it cannot carry", () => {
    const message = "a<b & \"c\" 'd' > e\n\tf\u0000\u001b\ud800 \u{1f600}\ufffe";
    const xml = junitXml("s", [{ name: "n", classname: "c", passed: false, message }]);
    expect(xml).toContain(
      'message="a&lt;b &amp; &quot;c&quot; &apos;d&apos; &gt; e&#10;&#9;f\ufffd\ufffd\ufffd \u{1f600}\ufffd"',
    );
  });
});
