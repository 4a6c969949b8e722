import type { ISerializedGast } from "chevrotain";

export function railroad(productions: readonly ISerializedGast[]): string;
