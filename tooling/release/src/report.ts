/**
 * Prints what a check found and sets the exit code.
 *
 * @param breaches one line each
 * @param allWell what to say when there is none
 */
export function reportBreaches(breaches: readonly string[], allWell: string): void {
  for (const breach of breaches) console.log(breach);
  console.log(breaches.length === 0 ? allWell : `${breaches.length} found.`);
  process.exitCode = breaches.length === 0 ? 0 : 1;
}
