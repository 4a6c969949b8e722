import type { SourceFile } from "typescript";

export type Graph = ReadonlyMap<string, readonly string[]>;
export declare const root: string;
export declare const rooms: readonly string[];
export declare function sourcesIn(folder: string): string[];
export declare function parse(file: string): SourceFile;
export declare function importsOf(file: string): string[];
export declare function readImports(folders?: readonly string[]): Map<string, string[]>;
export declare function circlesOf(graph: Graph): string[][];
export declare function foldersOf(imports: Graph, depth: number): Map<string, string[]>;
