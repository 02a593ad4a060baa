import { atomVaries, type Instruction } from '@manabi/compiler';
import { pushAccumulator, pushAccumulatorVector } from './accumulator.ts';
import { pushAddress, pushIndex } from './address.ts';
import { pushCheckedIndex } from './checked-index.ts';
import { elementCode, loadElement, pushVectorConstant } from './element.ts';
import { activeLanes, type Emission, type Lane, misplaced, type Region, regionAxes } from './emission.ts';
import { scalarCode } from './scalar-code.ts';
import { keepSplat, pushValue, pushVector, replaceLane, valueLocation } from './values.ts';
import { vectorCode } from './vector-code.ts';
import { emitTransposedLoad, lanePattern, pushVectorLoad } from './vector-memory.ts';

/**
 * Writes code that computes a scalar: one value, or several vectors if it varies between the iterations of a vectorized
 * loop.
 */
export function emitDefine(e: Emission, scalar: number, instruction: Instruction): void {
  const { f, region } = e;
  if (region?.varying.scalars.has(scalar)) {
    const transposed = instruction.kind === 'load' && lanePattern(region, instruction) === 'transposed';
    const locals = transposed
      ? emitTransposedLoad(e, region, instruction)
      : region.instances.map((_, instance) => {
          pushVectorInstruction(e, region, scalar, instruction, instance);
          const local = f.local('v128');
          f.set(local);
          return local;
        });
    e.values[scalar] = { kind: 'vectors', locals };
    return;
  }
  if (instruction.kind === 'constant') {
    e.values[scalar] = { kind: 'constant', value: instruction.value };
  } else if (instruction.kind === 'result') {
    if (e.result === null) throw misplaced(e, 'a result');
    e.values[scalar] = e.result;
  } else {
    pushInstruction(e, scalar, instruction, null);
    const local = f.local(elementCode[e.kernel.scalars[scalar]].local);
    f.set(local);
    e.values[scalar] = { kind: 'scalar', local };
  }
  if (region?.splatted.has(scalar) && !e.splats.has(scalar)) keepSplat(e, scalar);
}

/**
 * Writes code that pushes the result of an instruction in one lane. `at` is null if the result is the same in all
 * lanes.
 */
function pushInstruction(e: Emission, scalar: number, instruction: Instruction, at: Lane | null): void {
  const { f, kernel, support } = e;
  switch (instruction.kind) {
    case 'load':
      loadElement(f, support, kernel.scalars[scalar], pushAddress(e, instruction, at));
      return;
    case 'index':
      pushIndex(e, instruction.index, at);
      return;
    case 'scalar': {
      const { op, operands } = instruction;
      scalarCode[op]({
        f,
        operands: operands.map((operand) => () => pushValue(e, operand, at)),
        operand: kernel.scalars[operands[operands.length - (op === 'shiftLeft' || op === 'shiftRight' ? 2 : 1)]],
        result: kernel.scalars[scalar],
        support,
      });
      return;
    }
    case 'checkedIndex':
      pushCheckedIndex(e, instruction, at);
      return;
    case 'accumulator':
      pushAccumulator(e, instruction.accumulator);
      return;
    case 'constant':
    case 'result':
      throw misplaced(e, `a varying ${instruction.kind}`);
  }
}

function pushVectorInstruction(
  e: Emission,
  region: Region,
  scalar: number,
  instruction: Instruction,
  instance: number,
): void {
  const { f, kernel, support } = e;
  const dtype = kernel.scalars[scalar];
  switch (instruction.kind) {
    case 'load':
      pushVectorLoad(e, region, instruction, dtype, instance);
      return;
    case 'scalar': {
      const { op, operands } = instruction;
      const written = vectorCode[op]({
        f,
        operands: operands.map((operand) => () => pushVector(e, operand, instance)),
        uniform: operands.map((operand) =>
          region.varying.scalars.has(operand) ? null : () => pushValue(e, operand, null),
        ),
        notNaN: operands.map((operand) => {
          const location = valueLocation(e, operand);
          return location.kind === 'constant' && !Number.isNaN(location.value);
        }),
        operand: kernel.scalars[operands[operands.length - (op === 'shiftLeft' || op === 'shiftRight' ? 2 : 1)]],
        result: dtype,
        support,
      });
      if (!written) pushLaneByLane(e, region, scalar, instruction, instance);
      return;
    }
    case 'index':
      if (isAffineInRegion(region, instruction)) {
        pushIndex(e, instruction.index, { instance, lane: 0 });
        f.op('i32x4.splat');
        let step = 0;
        for (const { atom, factor } of instruction.index.terms) {
          if (atom.kind === 'axis' && atom.axis === region.axis) step += factor;
        }
        if (step !== 0) f.i32x4(0, step, 2 * step, 3 * step).op('i32x4.add');
      } else {
        pushLaneByLane(e, region, scalar, instruction, instance);
      }
      return;
    case 'checkedIndex':
      pushVector(e, instruction.operand, instance);
      f.i32x4(instruction.extent).op('i32x4.lt_u', 'i32x4.all_true');
      f.if(
        () => pushVector(e, instruction.operand, instance),
        () => pushLaneByLane(e, region, scalar, instruction, instance),
        'v128',
      );
      return;
    case 'accumulator':
      pushAccumulatorVector(e, instruction.accumulator, instance);
      return;
    case 'result':
      if (e.result?.kind !== 'vectors') throw misplaced(e, 'a result');
      f.get(e.result.locals[instance]);
      return;
    case 'constant':
      pushVectorConstant(f, dtype, instruction.value);
      return;
  }
}

function isAffineInRegion(region: Region, { index }: Extract<Instruction, { kind: 'index' }>): boolean {
  const axes = regionAxes(region);
  return index.terms.every(({ atom }) => atom.kind === 'axis' || !atomVaries(atom, axes, region.varying.scalars));
}

/** Writes code that computes an instruction lane by lane and pushes the vector of results; inactive lanes are zero. */
function pushLaneByLane(e: Emission, region: Region, scalar: number, instruction: Instruction, instance: number): void {
  e.f.i32x4(0);
  for (let lane = 0; lane < activeLanes(region, instance); lane++) {
    pushInstruction(e, scalar, instruction, { instance, lane });
    replaceLane(e.f, e.kernel.scalars[scalar], lane);
  }
}
