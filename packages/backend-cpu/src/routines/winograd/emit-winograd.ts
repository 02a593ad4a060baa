import type { ConvolutionAttributes, RoutineStep } from '@manabi/compiler';
import { slotAddress } from '../../runtime/slot-address.ts';
import { scratchSlot } from '../../runtime/table.ts';
import { forRange, limitTo } from '../../wasm/index.ts';
import { advance, setPointer, setTo } from '../addressing.ts';
import { dotEpilogue } from '../dot/epilogue.ts';
import type { RoutineEmission, ScratchBytes } from '../emission.ts';
import { divisionOf } from './division.ts';
import { transformFilters } from './filters.ts';
import { addProducts, multiply } from './products.ts';
import { addTasks, storeResults } from './results.ts';
import { taskCode } from './task-code.ts';
import { type Source, transformTiles } from './tiles.ts';
import { ofGradient, ofImage } from './transforms.ts';

/** Writes the functions of a convolution in tiles of 2x2 results, and returns the scratch memory that they need. */
export function emitWinograd(
  { attributes, operands, epilogue: kernelOfEpilogue }: RoutineStep<ConvolutionAttributes>,
  { support, plan, name, begin }: RoutineEmission,
): ScratchBytes {
  if (kernelOfEpilogue === null) throw new Error('The epilogue of the convolution is missing.');
  const { channels, lengths, kernel, padding, image, weights } = attributes;
  const division = divisionOf(attributes);
  const { isGradient, inner, filters, together, factorBytes, sumBytes, taskBytes } = division;
  const { tiles, blocks, blocksPerTask, tasks, zeroBytes, taskOffset } = division;
  const [imageCount, , imageChannel, ...imageSteps] = image.strides.map((stride) => 4 * stride);
  const [, weightFilter, weightChannel, ...weightSteps] = weights.strides.map((stride) => 4 * stride);
  const epilogue = dotEpilogue(support, { dtype: 'float32', batch: [], epilogue: kernelOfEpilogue }, plan.slots);
  const scratch = slotAddress(scratchSlot(plan), 0);
  if (!isGradient) {
    transformFilters(begin(`${name} filters`, channels / 4, false), attributes, division, {
      operand: operands[1],
      scratch,
    });
  }

  const f = begin(name, tasks, false);
  const code = taskCode(f, division);
  const { imageBase, weightBase, zero, task, base, block, end, first, tileCount } = code.locals;
  setTo(f, imageBase, slotAddress(operands[0], image.offset * 4));
  setTo(f, weightBase, slotAddress(operands[1], weights.offset * 4));
  setTo(f, zero, scratch);
  f.get(zero).i32(0).i32(zeroBytes).fill();
  if (!isGradient) epilogue.begin?.(f);

  const imageSource: Source = {
    base: imageBase,
    strides: [...(isGradient ? [imageChannel, imageCount] : [imageCount, imageChannel]), ...imageSteps],
    channels: inner,
    lengths,
    first: padding.map(([before]) => -before),
    size: 4,
  };
  forRange(
    f,
    task,
    (g) => g.get(1),
    (g) => g.get(2),
    1,
    () => {
      setPointer(f, base, zero, task, taskBytes);
      advance(f, base, taskOffset);
      if (isGradient)
        f.get(base)
          .i32(factorBytes * (inner + filters))
          .op('i32.add')
          .i32(0)
          .i32(sumBytes)
          .fill();
      f.get(task).i32(blocksPerTask).op('i32.mul').tee(block).i32(blocksPerTask).op('i32.add').set(end);
      limitTo(f, end, blocks);
      forRange(
        f,
        block,
        (g) => g.get(block),
        (g) => g.get(end),
        1,
        () => {
          f.get(block).i32(together).op('i32.mul').tee(first).i32(tiles).op('i32.sub').set(tileCount);
          f.i32(0).get(tileCount).op('i32.sub').set(tileCount);
          limitTo(f, tileCount, together);
          if (isGradient) {
            transformTiles(code, imageSource, ofImage, 0, {
              position: 4 * together * inner,
              tile: 16,
              vector: () => 16 * together,
            });
            const gradient: Source = {
              base: weightBase,
              strides: [weightChannel, weightFilter, ...weightSteps],
              channels: filters,
              lengths: kernel,
              first: [0, 0],
              size: 2,
            };
            const layout = {
              position: 4 * together * filters,
              tile: 32,
              vector: (i: number) => (i % 2 === 0 ? 16 : 32 * together - 16),
            };
            transformTiles(code, gradient, ofGradient, factorBytes * inner, layout);
            addProducts(code);
          } else {
            transformTiles(code, imageSource, ofImage, 0, {
              position: 4 * together * inner,
              tile: 4 * inner,
              vector: () => 16,
            });
            multiply(code);
            storeResults(code, epilogue);
          }
        },
      );
    },
  );
  if (isGradient) addTasks(begin(`${name} sums`, inner, false), division, scratch, epilogue);
  return { passing: taskOffset + tasks * taskBytes, kept: 0 };
}
