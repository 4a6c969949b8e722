/**
 * What a test command prints. With OPTINC_TEST_COUNTS set to a file, vitest writes its counts there as JSON as well, so
 * that .ci/run adds up numbers of the runner's and not of its own.
 */
export function reporters(): ("default" | ["json", { outputFile: string }])[] {
  const outputFile = process.env.OPTINC_TEST_COUNTS;
  return outputFile === undefined ? ["default"] : ["default", ["json", { outputFile }]];
}
