type JestGlobals = Pick<typeof import('@jest/globals'), 'describe' | 'test'>;

/** Requirement of tests that the machine may not meet, such as a GPU. */
export interface Requirement {
  /** Name of the skipped test, with the way to meet the requirement: `needs WebGPU: npm install webgpu`. */
  readonly need: string;
  readonly isMet: boolean;
  /** Environment variable that, when set to 1, turns the skipped test into a failing one. */
  readonly variable: string;
}

/**
 * Declares tests with a requirement. If it is not met, one skipped test reports it, and `tests` does not run; with the
 * requirement's environment variable set to 1, that test fails.
 *
 * @param name name of the `describe` block
 * @param tests function that declares the tests
 * @example
 * ```ts no-run
 * describeWhere({ need: 'needs WebGPU', isMet: false, variable: 'MANABI_REQUIRE_WEBGPU' }, 'the GPU', () => {});
 * ```
 */
export function describeWhere({ need, isMet, variable }: Requirement, name: string, tests: () => void): void {
  const { describe, test } = jestGlobals();
  describe(name, () => {
    if (isMet) tests();
    else if (process.env[variable] !== '1') test.skip(need, () => {});
    else {
      test(need, () => {
        throw new Error(`${variable} is set to 1, but the requirement is not met: ${need}.`);
      });
    }
  });
}

/** Returns jest's globals. A static import of `@jest/globals` would throw in programs that load this package outside jest. */
export function jestGlobals(): JestGlobals {
  const scope: object = globalThis;
  if (isJest(scope)) return scope;
  throw new Error('This function works in jest tests only: the global `describe` is missing.');
}

function isJest(scope: object): scope is JestGlobals {
  return 'describe' in scope && 'test' in scope;
}
