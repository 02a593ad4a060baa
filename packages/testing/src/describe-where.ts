type JestGlobals = Pick<typeof import('@jest/globals'), 'describe' | 'test'>;

/** Something that tests need and a machine may lack, such as a GPU. */
export interface Requirement {
  /**
   * Name of the test that is skipped if the requirement is not met. It says how to meet it: `needs WebGPU: npm install
   * webgpu`.
   */
  readonly need: string;
  readonly isMet: boolean;
  /**
   * Name of an environment variable. If its value is 1 and the requirement is not met, the tests fail instead of being
   * skipped.
   */
  readonly variable: string;
}

/**
 * Declares a `describe` block whose tests have a requirement. If it is not met, `tests` does not run, and the block
 * contains one skipped test that names the requirement, or a failing one if the requirement's environment variable is
 * 1.
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
