export declare const resultModules: readonly string[];
export declare function codeHash(root: string): string;
