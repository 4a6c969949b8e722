import { describe, expect, it } from "vitest";
import { type JUnitCase, junitXml } from "../../verify/index.ts";

describe("JUnit report", () => {
  it("counts and lists the cases, a suite each", () => {
    const cases: JUnitCase[] = [
      { name: "exhaustive", classname: "mean-4x8", outcome: "passed", message: "7 < 8" },
      { name: "gradients", classname: "mean-4x8", outcome: "failed", message: "2 wrong" },
      { name: "noise", classname: "mean-4x8", outcome: "skipped", message: "no technology" },
    ];
    const properties = [{ name: "build", value: "modified: a < b" }];
    const xml = junitXml([
      { name: "mean-4x8", properties: [], cases },
      { name: "other", properties, cases: cases.slice(0, 1) },
    ]);
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" errors="0" skipped="1">
  <testsuite name="mean-4x8" tests="3" failures="1" errors="0" skipped="1">
    <testcase name="exhaustive" classname="mean-4x8">
      <system-out>7 &lt; 8</system-out>
    </testcase>
    <testcase name="gradients" classname="mean-4x8">
      <failure message="2 wrong"/>
    </testcase>
    <testcase name="noise" classname="mean-4x8">
      <skipped message="no technology"/>
    </testcase>
  </testsuite>
  <testsuite name="other" tests="1" failures="0" errors="0" skipped="0">
    <properties>
      <property name="build" value="modified: a &lt; b"/>
    </properties>
    <testcase name="exhaustive" classname="mean-4x8">
      <system-out>7 &lt; 8</system-out>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  it("escapes what XML reserves and replaces what it cannot carry", () => {
    const message = "a<b & \"c\" 'd' > e\n\tf\u0000\u001b\ud800 \u{1f600}\ufffe";
    const xml = junitXml([
      { name: "s", properties: [], cases: [{ name: "n", classname: "c", outcome: "failed", message }] },
    ]);
    expect(xml).toContain(
      'message="a&lt;b &amp; &quot;c&quot; &apos;d&apos; &gt; e&#10;&#9;f\ufffd\ufffd\ufffd \u{1f600}\ufffd"',
    );
  });
});
