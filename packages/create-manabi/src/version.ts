import { createRequire } from 'node:module';

/** Returns the version of this package, which is also the version of `manabi` that projects depend on. */
export function version(): string {
  const found: unknown = createRequire(import.meta.url)('../package.json');
  if (typeof found === 'object' && found !== null && 'version' in found && typeof found.version === 'string') {
    return found.version;
  }
  throw new Error('package.json has no version.');
}
