export declare const scope: readonly string[];
export declare const slices: Readonly<Record<string, readonly string[]>>;
export declare const leftOut: Readonly<Record<string, string>>;
