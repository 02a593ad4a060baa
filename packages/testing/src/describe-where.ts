type JestGlobals = Pick<typeof import('@jest/globals'), 'describe' | 'test'>;

/** A part of the machine that tests need, and whether it is there. */
export interface Requirement {
  /** The part and how to get it, for the name of the skipped test: `needs WebGPU: npm install webgpu`. */
  readonly need: string;
  readonly isMet: boolean;
  /** The environment variable that makes the absence a failure when it is 1. */
  readonly variable: string;
}

/**
 * A `describe` for tests that need a part of the machine. Where it is missing, there is one skipped test instead, which
 * names it; with the requirement's variable set to 1 that test fails.
 *
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
        throw new Error(`${variable} is 1, but: ${need}.`);
      });
    }
  });
}

/** Looked up when called: this package is also loaded by programs outside jest, where `@jest/globals` throws. */
export function jestGlobals(): JestGlobals {
  const scope: object = globalThis;
  if (isJest(scope)) return scope;
  throw new Error('This function works only inside a jest test: there is no global `describe`.');
}

function isJest(scope: object): scope is JestGlobals {
  return 'describe' in scope && 'test' in scope;
}
