export declare const resultRooms: readonly string[];
export declare function codeHash(root: string): string;
