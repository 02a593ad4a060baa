import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';

/** The ways to find types that a package of modules alone has to serve. */
const resolutions: ReadonlySet<string> = new Set(['node10', 'node16-esm', 'bundler']);

/**
 * Asks "are the types wrong?": does TypeScript find types for every entry point, and do they say what the code is?
 *
 * @param bytes the tarball
 */
export async function lintTypes(bytes: Uint8Array): Promise<readonly string[]> {
  const analysis = await checkPackage(createPackageFromTarballData(bytes));
  if (!analysis.types) return ['attw: it has no types.'];
  return analysis.problems
    .filter((problem) => !('resolutionKind' in problem) || resolutions.has(problem.resolutionKind))
    .map((problem) => `attw: ${JSON.stringify(problem)}`);
}
