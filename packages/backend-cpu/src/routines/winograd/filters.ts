import type { ConvolutionAttributes } from '@manabi/compiler';
import { slotAddress } from '../../runtime/slot-address.ts';
import { type Emit, type FunctionBuilder, forRange } from '../../wasm/index.ts';
import { advance, pushLanes, setPointer, setTo } from '../addressing.ts';
import type { Division } from './division.ts';
import { ofFilter, transformLocals, transformTile } from './transforms.ts';

/** Writes the function that transforms the filters to panels of eight filters. */
export function transformFilters(
  g: FunctionBuilder,
  { channels, filters, weights }: ConvolutionAttributes,
  division: Division,
  { operand, scratch }: { readonly operand: number; readonly scratch: Emit },
): void {
  const [, weightFilter, weightChannel, ...weightSteps] = weights.strides.map((stride) => 4 * stride);
  const [from, target, input, w, write, groups] = g.locals('i32', 6);
  const values = transformLocals(g);
  setTo(g, from, slotAddress(operand, weights.offset * 4));
  setTo(g, target, scratch);
  advance(g, target, division.zeroBytes);
  forRange(
    g,
    input,
    () => g.get(1).i32(4).op('i32.mul'),
    () => g.get(2).i32(4).op('i32.mul'),
    1,
    () => {
      setPointer(g, w, from, input, weightChannel);
      setPointer(g, write, target, input, 32);
      forRange(g, groups, 0, filters, 8, () => {
        for (const part of [0, 16]) {
          for (let i = 0; i < 9; i++) {
            const step = Math.floor(i / 3) * weightSteps[0] + (i % 3) * weightSteps[1];
            pushLanes(g, w, step, weightFilter / 4, 4).set(values.from[Math.floor(i / 3)][i % 3]);
          }
          transformTile(g, ofFilter, values, 3);
          values.to.flat().forEach((value, i) => {
            g.get(write)
              .get(value)
              .store('v128.store', i * 4 * channels * filters + part);
          });
          advance(g, w, 4 * weightFilter);
        }
        advance(g, write, 32 * channels);
      });
    },
  );
}
