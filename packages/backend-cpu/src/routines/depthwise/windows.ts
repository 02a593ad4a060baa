import { sizeOf } from '@manabi/ir';
import { slotAddress } from '../../runtime/slot-address.ts';
import { scratchSlot } from '../../runtime/table.ts';
import { forRange, type LocalId } from '../../wasm/index.ts';
import { advance, type Lanes, pushLanes, setPointer, setTo } from '../addressing.ts';
import { type AxisPhase, type Block, blocksOf, mostTogether, phasesOf, tapStep } from './blocks.ts';
import {
  type DepthwiseEmission,
  overGroups,
  overRows,
  partsPerTask,
  rowProducts,
  splitIndex,
  storeGroups,
} from './loops.ts';
import { emitSkipped } from './skipped.ts';

/**
 * Writes the function that computes blocks of adjacent results along the last axis, which share loads of the image and
 * of the filters. Sums stay in registers while the elements of the filter are visited in order. Returns the number of
 * bytes of scratch memory.
 */
export function emitWindows(emission: DepthwiseEmission): number {
  const { attributes, begin, name, plan, image, weights, epilogue } = emission;
  const { groups, channels, filters, lengths, kernel, results, strides, padding, lhsDilation, rhsDilation } =
    attributes;
  const [imageStep, groupStep, channelStep, ...steps] = attributes.image.strides.map((stride) => 4 * stride);
  const [weightGroup, weightFilter, weightChannel, ...weightSteps] = attributes.weights.strides.map(
    (stride) => 4 * stride,
  );
  const last = lengths.length - 1;
  const outer = results.slice(0, last);
  const rows = attributes.count * sizeOf(outer);
  const perTask = partsPerTask(rows, rowProducts(attributes));
  const phases = lengths.map((_, axis) => phasesOf(attributes, axis));
  const skips = lhsDilation.some((step) => step > 1);
  const zeroBytes = 16 * Math.ceil(groups / 4) * filters;
  if (skips) emitSkipped(emission, phases, zeroBytes);

  const f = begin(name, Math.ceil(rows / perTask), false);
  const [imageBase, weightBase, zeros, row, rest, position] = f.locals('i32', 6);
  const [rowImage, rowWeights, rowZeros, at, blockImage, blockPosition] = f.locals('i32', 6);
  const [group, filter, channel, x, w, always] = f.locals('i32', 6);
  const index = f.locals('i32', last);
  const first = f.locals('i32', last);
  const firstTaps = f.locals('i32', last);
  const walks = lengths.map(() => f.locals('i32', 4));
  const [zero, spare] = f.locals('v128', 2);
  const [sumLocals, factorLocals, imageLocals] = [6, 3, 16].map((size) => f.locals('v128', size));
  setTo(f, imageBase, image);
  setTo(f, weightBase, weights);
  if (skips) setTo(f, zeros, slotAddress(scratchSlot(plan), 0));
  f.get(2).i32(0).op('i32.ge_s').set(always);
  epilogue.begin?.(f);

  overRows(f, row, rows, perTask, () => {
    f.get(row).i32(results[last]).op('i32.mul').set(position);
    f.get(row).set(rest);
    splitIndex(f, rest, outer, index);
    setPointer(f, rowImage, imageBase, rest, imageStep);
    index.forEach((each, axis) => {
      f.get(each).i32(strides[axis]).op('i32.mul').i32(padding[axis][0]).op('i32.sub').set(first[axis]);
      if (lhsDilation[axis] === 1) return;
      // The first element of the filter that is not multiplied by inserted zeros.
      f.i32(0).set(firstTaps[axis]);
      f.block((found) => {
        f.loop((again) => {
          f.get(firstTaps[axis]).i32(kernel[axis]).op('i32.ge_s').brIf(found);
          f.get(firstTaps[axis]).i32(rhsDilation[axis]).op('i32.mul').get(first[axis]).op('i32.add');
          f.i32(lhsDilation[axis]).op('i32.rem_s', 'i32.eqz').brIf(found);
          f.get(firstTaps[axis]).i32(1).op('i32.add').set(firstTaps[axis]).br(again);
        });
      });
    });
    if (skips) {
      // The zeros of a row are those of its phases along the outer axes.
      f.i32(0);
      index.forEach((each, axis) => {
        const count = phases[axis].length;
        f.i32(count).op('i32.mul').get(each).i32(count).op('i32.rem_u', 'i32.add');
      });
      f.i32(phases[last].length * zeroBytes)
        .op('i32.mul')
        .get(zeros)
        .op('i32.add')
        .set(rowZeros);
    }
    forRange(f, filter, 0, filters, 1, () => {
      setPointer(f, rowWeights, weightBase, filter, weightFilter);
      phases[last].forEach((phase, number) => {
        const size = mostTogether(phase);
        for (const block of blocksOf(phase, lengths[last], size)) {
          const body = (): void => overBlock(phase, block, number);
          if (block.times > 1) {
            forRange(f, at, block.first, block.first + block.times * block.size, block.size, body);
          } else {
            f.i32(block.first).set(at);
            body();
          }
        }
      });
      if (skips) advance(f, rowZeros, zeroBytes / filters);
    });
  });
  return skips ? sizeOf(phases.map((each) => each.length)) * zeroBytes : 0;

  /** Writes the code of a block of results, for all groups. */
  function overBlock(phase: AxisPhase, block: Block, number: number): void {
    const sums = sumLocals.slice(0, block.size);
    const firstColumn = Math.min(...block.columns.flat());
    setPointer(f, blockImage, rowImage, at, phase.imageStep * steps[last]);
    advance(f, blockImage, Number.isFinite(firstColumn) ? firstColumn * steps[last] : 0);
    setPointer(f, blockPosition, position, at, phase.count);
    advance(f, blockPosition, phase.first);
    overGroups(f, group, groups, (lanes) => {
      setPointer(f, x, blockImage, group, groupStep);
      setPointer(f, w, rowWeights, group, weightGroup);
      f.get(group).i32(filters).op('i32.mul').get(filter).op('i32.add').set(channel);
      if (skips) {
        setPointer(f, rest, rowZeros, group, 4);
        f.get(rest)
          .load('v128.load', number * zeroBytes)
          .set(zero);
      }
      for (const sum of sums) (skips ? f.get(zero) : f.i32x4(0)).set(sum);
      forRange(f, rest, 0, channels, 1, () => {
        overTaps(0, x, w);
        advance(f, x, channelStep);
        advance(f, w, weightChannel);
      });
      store(lanes, phase, sums);

      /** Writes loops over the outer axes of the filter. Without an image, all elements are padding. */
      function overTaps(axis: number, from: LocalId | null, filterFrom: LocalId): void {
        if (axis === last) {
          if (from === null) addZeros(filterFrom);
          else addProducts(from, filterFrom);
          return;
        }
        const [k, source, factors, inside] = walks[axis];
        const [dilation, spread] = [rhsDilation[axis], lhsDilation[axis]];
        const start = spread === 1 ? 0 : () => f.get(firstTaps[axis]);
        const end = spread === 1 ? kernel[axis] : () => f.i32(kernel[axis]);
        forRange(f, k, start, end, tapStep(rhsDilation[axis], spread), () => {
          setPointer(f, factors, filterFrom, k, weightSteps[axis]);
          if (from === null) {
            overTaps(axis + 1, null, factors);
            return;
          }
          f.get(k).i32(dilation).op('i32.mul').get(first[axis]).op('i32.add');
          if (spread > 1) f.i32(spread).op('i32.div_s');
          f.tee(inside).i32(lengths[axis]).op('i32.lt_u');
          f.if(
            () => {
              setPointer(f, source, from, inside, steps[axis]);
              overTaps(axis + 1, source, factors);
            },
            () => overTaps(axis + 1, null, factors),
          );
        });
      }

      /** Writes the code `sums[r] += image * weight` for the elements of the filter along the last axis. */
      function addProducts(from: LocalId, filterFrom: LocalId): void {
        for (let begin = 0; begin < phase.taps.length; begin += 3) {
          const taps = phase.taps.slice(begin, begin + 3);
          const code = (): void => {
            const factors = factorLocals.slice(0, taps.length);
            taps.forEach(({ k }, t) => {
              pushLanes(f, filterFrom, k * weightSteps[last], weightGroup / 4, lanes).set(factors[t]);
            });
            const loaded = new Map<number, LocalId>();
            block.columns.forEach((columns, r) => {
              taps.forEach((_, t) => {
                const column = columns[begin + t];
                if (column !== Number.POSITIVE_INFINITY && !loaded.has(column)) {
                  const value = imageLocals[loaded.size];
                  pushLanes(f, from, (column - firstColumn) * steps[last], groupStep / 4, lanes).set(value);
                  loaded.set(column, value);
                }
                const value = loaded.get(column);
                f.addProduct(sums[r], () => {
                  f.get(factors[t]);
                  if (value === undefined) f.i32x4(0);
                  else f.get(value);
                });
              });
            });
          };
          // Engines load all values of a basic block at its start, so a condition that is always true keeps the number of
          // values in registers small.
          if (begin === 0) code();
          else f.get(always).if(code);
        }
      }

      /** Writes code that adds products with padding: NaN if an element of the filter is not finite. */
      function addZeros(filterFrom: LocalId): void {
        f.i32x4(0);
        for (const { k } of phase.taps) {
          pushLanes(f, filterFrom, k * weightSteps[last], weightGroup / 4, lanes);
          f.i32x4(0).op('f32x4.mul', 'f32x4.add');
        }
        f.set(spare);
        for (const sum of sums) f.get(sum).get(spare).op('f32x4.add').set(sum);
      }
    });
  }

  function store(lanes: Lanes, { count }: AxisPhase, sums: readonly LocalId[]): void {
    for (const [r, value] of sums.entries()) {
      storeGroups(f, emission, value, lanes, { local: blockPosition, offset: r * count }, channel);
    }
  }
}
