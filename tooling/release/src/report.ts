/**
 * Prints the problems that a check found, and sets the exit code.
 *
 * @param problems one line each
 * @param success text to print without problems
 */
export function reportProblems(problems: readonly string[], success: string): void {
  for (const problem of problems) console.log(problem);
  console.log(problems.length === 0 ? success : `Problems found: ${problems.length}.`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
