export declare const house: string;
