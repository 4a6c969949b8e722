/** A node of a syntax tree: its kind, where it stands in the text, and its parts by name. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly left?: SyntaxNode;
  readonly right?: SyntaxNode;
  readonly quasis?: readonly { readonly value: { readonly cooked: string } }[];
  readonly [part: string]: unknown;
}

export interface Parsed {
  readonly text: string;
  readonly tree: SyntaxNode;
}

export type Graph = ReadonlyMap<string, readonly string[]>;
export declare const root: string;
export declare const modules: readonly string[];
export declare function sourcesIn(folder: string): string[];
export declare function parse(file: string): Parsed;
export declare function nodesIn(tree: unknown): Generator<SyntaxNode>;
export declare function importsOf(file: string, types?: boolean): string[];
export declare function importedFrom(entry: string): string[];
export declare function readImports(folders?: readonly string[]): Map<string, string[]>;
export declare function foldersOf(imports: Graph, depth: number): Map<string, string[]>;
