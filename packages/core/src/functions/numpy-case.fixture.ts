import { expect } from '@jest/globals';
import { assertArraysClose } from '@manabi/testing';
import { type DType, type NestedArray, setBackend, type Tensor, tensor } from '../index.ts';

/** Test case: its name, a function that computes a result with manabi, and the dtype and elements of NumPy's result. */
export type Case = [name: string, result: () => Tensor, dtype: DType, expected: NestedArray];

/** Compares a result with that of NumPy on the backends `reference` and `cpu`, which the test must register. */
export async function check(_name: string, result: () => Tensor, dtype: DType, expected: NestedArray): Promise<void> {
  for (const backend of ['reference', 'cpu']) {
    await setBackend(backend);
    const y = result();
    expect([y.dtype, y.shape]).toEqual([dtype, tensor(expected).shape]);
    const numbers = [expected].flat(9).map(Number);
    assertArraysClose(await y.data(), numbers, { rtol: 1e-5, atol: 1e-6 }, backend);
  }
}
