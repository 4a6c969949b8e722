/** The version in package.json; a test keeps the two equal, so that start-up reads no file for it. */
export const version = "0.1.0";
