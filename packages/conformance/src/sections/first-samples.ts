import { type OpName, sizeOf } from '@manabi/ir';
import { type Sample, samples } from '@manabi/ir/samples';

/** Returns the first sample of an operator with at least four elements and no special values, for each operand and result dtype. */
export function firstOfEachDtype<K extends OpName>(op: K): readonly Sample<K>[] {
  const first = new Map<string, Sample<K>>();
  const cases: readonly Sample<K>[] = samples[op];
  for (const sample of cases) {
    const [{ dtype, shape }] = sample.operands;
    if (sizeOf(shape) < 4 || sample.exempt === 'special') continue;
    const key = JSON.stringify([dtype, 'dtype' in sample.attributes ? sample.attributes.dtype : null]);
    if (!first.has(key)) first.set(key, sample);
  }
  return [...first.values()];
}
