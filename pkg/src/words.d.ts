/** The names of properties in the order of their numbers, with spaces between them. The build writes the module itself, of the core's tables. */
export declare const wordList: string;
