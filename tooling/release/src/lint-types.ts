import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';

/** Module resolutions that can find the types of a package that has only ES modules. */
const resolutions: ReadonlySet<string> = new Set(['node10', 'node16-esm', 'bundler']);

/**
 * Checks a tarball with "Are the types wrong?": that TypeScript finds correct types for every entry point.
 *
 * @param bytes bytes of the tarball
 */
export async function lintTypes(bytes: Uint8Array): Promise<readonly string[]> {
  const analysis = await checkPackage(createPackageFromTarballData(bytes));
  if (!analysis.types) return ['attw: the package has no types.'];
  return analysis.problems
    .filter((problem) => !('resolutionKind' in problem) || resolutions.has(problem.resolutionKind))
    .map((problem) => `attw: ${JSON.stringify(problem)}`);
}
