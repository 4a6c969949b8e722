export type { Checked, CodePage, Diagnostic, Label, Severity, SourceFile, Span } from "./diagnostic.ts";
export type { ConstructedNetworkSpec, Levels, NetworkSpec, Rounding, Spec, VerifyInputs, VerifySpec } from "./spec.ts";
