import { expect } from '@jest/globals';
import { assertArraysClose } from '@manabi/testing';
import { type DType, type NestedArray, setBackend, type Tensor, tensor } from '../index.ts';

/** One value of NumPy's: what it is about, how it is computed here, and what comes out there. */
export type Case = [name: string, result: () => Tensor, dtype: DType, expected: NestedArray];

/** Values are NumPy's; the backends `reference` and `cpu`, which the test registers, must agree with them. */
export async function check(_name: string, result: () => Tensor, dtype: DType, expected: NestedArray): Promise<void> {
  for (const backend of ['reference', 'cpu']) {
    await setBackend(backend);
    const y = result();
    expect([y.dtype, y.shape]).toEqual([dtype, tensor(expected).shape]);
    const numbers = [expected].flat(9).map(Number);
    assertArraysClose(await y.data(), numbers, { rtol: 1e-5, atol: 1e-6 }, backend);
  }
}
