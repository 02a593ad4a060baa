import { sizeOf } from '@manabi/ir';
import { referenceStorage, references } from '@manabi/ir/reference';
import type { RoutineRun } from '../routine-run.ts';
import type { ConvolutionAttributes, ConvolutionOperand } from './attributes.ts';

/** Computes a convolution in groups: the reference implementation of the routines of convolutions. */
export function interpretConvolution(attributes: ConvolutionAttributes, { operands, finish }: RoutineRun): void {
  const { count, groups, channels, filters, lengths, kernel, results, image, weights } = attributes;
  const dense = (
    elements: RoutineRun['operands'][number],
    { offset, strides }: ConvolutionOperand,
    shape: readonly number[],
  ) => {
    const data = referenceStorage('float32', sizeOf(shape));
    for (let i = 0; i < data.length; i++) {
      let [rest, position] = [i, offset];
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        position += (rest % shape[axis]) * strides[axis];
        rest = Math.floor(rest / shape[axis]);
      }
      data[i] = elements[position];
    }
    return data;
  };
  const x = dense(operands[0], image, [count, groups, channels, ...lengths]);
  const w = dense(operands[1], weights, [groups, filters, channels, ...kernel]);
  const shape = [count, groups * filters, ...results];
  const [{ data }] = references.conv(
    [
      { dtype: 'float32', shape: [count, groups * channels, ...lengths], data: x },
      { dtype: 'float32', shape: [groups * filters, channels, ...kernel], data: w },
    ],
    attributes,
    [{ dtype: 'float32', shape }],
    () => [],
  );
  const positions = sizeOf(results);
  for (let i = 0; i < data.length; i++) {
    const channel = Math.floor(i / positions) % shape[1];
    const at = Math.floor(i / positions / shape[1]) * positions + (i % positions);
    finish([at, channel], data[i]);
  }
}
