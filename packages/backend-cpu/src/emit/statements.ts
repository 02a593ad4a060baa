import type { Block, Instruction, Statement } from '@manabi/compiler';
import { type Combine, ManabiError } from '@manabi/ir';
import type { LocalId } from '../wasm/index.ts';
import { identityOf, pushCombined, pushCombinedVectors, pushJoinedLanes, pushMasked } from './accumulate.ts';
import { pushAddress, pushIndex } from './address.ts';
import { elementCode, localType, pushConstant, pushVectorConstant } from './element.ts';
import { type AccumulatorPlace, activeLanes, type Emission, type Lane, type Region } from './emission.ts';
import { emitLoop } from './loops.ts';
import { scalarCode } from './scalar-code.ts';
import { emitStore } from './store.ts';
import { reportIndexFunction } from './support.ts';
import { keepSplat, pushValue, pushVector, replaceLane, valuePlace } from './values.ts';
import { vectorCode } from './vector-code.ts';
import { pushVectorLoad } from './vector-memory.ts';
import { forEachStatement, indexVaries } from './walk.ts';

/** Writes the statements of a block, in order. */
export function emitBlock(e: Emission, block: Block): void {
  block.forEach((statement, position) => {
    switch (statement.kind) {
      case 'loop':
        emitLoop(e, statement, emitBlock);
        break;
      case 'define':
        emitDefine(e, statement.scalar, statement.instruction);
        break;
      case 'store':
        emitStore(e, statement);
        break;
      case 'begin':
        emitBegin(e, statement.accumulator, statement.initial, block.slice(position + 1));
        break;
      case 'accumulate':
        emitAccumulate(e, statement);
        break;
      case 'assign':
        emitAssign(e, statement.accumulator, statement.value);
        break;
    }
  });
}

function emitDefine(e: Emission, scalar: number, instruction: Instruction): void {
  const { f, region } = e;
  if (region?.varying.scalars.has(scalar)) {
    e.values[scalar] = {
      kind: 'vectors',
      locals: region.instances.map((_, instance) => {
        pushVectorInstruction(e, region, scalar, instruction, instance);
        const local = f.local('v128');
        f.set(local);
        return local;
      }),
    };
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

/** Pushes what an instruction makes, as one value: as a lane has it, or as all have it. */
function pushInstruction(e: Emission, scalar: number, instruction: Instruction, at: Lane | null): void {
  const { f, kernel, support } = e;
  switch (instruction.kind) {
    case 'load':
      f.load(elementCode[kernel.scalars[scalar]].load, pushAddress(e, instruction, at));
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
      pushChecked(e, instruction, at);
      return;
    case 'accumulator':
      pushAccumulator(e, instruction.accumulator);
      return;
    case 'constant':
    case 'result':
      throw misplaced(e, `a varying ${instruction.kind}`);
  }
}

function misplaced(e: Emission, what: string): ManabiError {
  return new ManabiError('backend', `Kernel ${e.kernel.name} has ${what} where there can be none.`, {
    data: { kernel: e.kernel.name },
  });
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
          const place = valuePlace(e, operand);
          return place.kind === 'constant' && !Number.isNaN(place.value);
        }),
        operand: kernel.scalars[operands[operands.length - (op === 'shiftLeft' || op === 'shiftRight' ? 2 : 1)]],
        result: dtype,
        support,
      });
      if (!written) pushLaneByLane(e, region, scalar, instruction, instance);
      return;
    }
    case 'index':
      if (isAffineInRegion(e, region, instruction)) {
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
    case 'accumulator': {
      const place = accumulatorPlace(e, instruction.accumulator);
      if (place.kind === 'vectors') f.get(place.locals[instance]);
      else throw misplaced(e, 'a partial accumulator');
      return;
    }
    case 'result':
      if (e.result?.kind !== 'vectors') throw misplaced(e, 'a result');
      f.get(e.result.locals[instance]);
      return;
    case 'constant':
      pushVectorConstant(f, dtype, instruction.value);
      return;
  }
}

function isAffineInRegion(e: Emission, region: Region, { index }: Extract<Instruction, { kind: 'index' }>): boolean {
  return index.terms.every(
    ({ atom, factor }) =>
      atom.kind === 'axis' ||
      !indexVaries({ constant: 0, terms: [{ atom, factor }] }, region.axis, region.varying.scalars),
  );
}

/** Pushes a vector made of single values; lanes without a turn are zero. */
function pushLaneByLane(e: Emission, region: Region, scalar: number, instruction: Instruction, instance: number): void {
  e.f.i32x4(0);
  for (let lane = 0; lane < activeLanes(region, instance); lane++) {
    pushInstruction(e, scalar, instruction, { instance, lane });
    replaceLane(e.f, e.kernel.scalars[scalar], lane);
  }
}

/** An index that lies below the extent; else the error record is filled and the index is 0. */
function pushChecked(e: Emission, instruction: Extract<Instruction, { kind: 'checkedIndex' }>, at: Lane | null): void {
  const { f } = e;
  const { operand, extent, site } = instruction;
  pushValue(e, operand, at);
  f.i32(extent).op('i32.lt_u');
  f.if(
    () => pushValue(e, operand, at),
    () => {
      f.get(e.table).i32(site);
      pushValue(e, operand, at);
      pushPosition(e, operand, at);
      f.call(reportIndexFunction(e.support));
    },
    'i32',
  );
}

/** Pushes where an index was read from, as the place among its slot's elements; 0 if it was computed. */
function pushPosition(e: Emission, scalar: number, at: Lane | null): void {
  const origin = originOf(e, scalar);
  if (origin === undefined) e.f.i32(0);
  else pushIndex(e, origin.index, at);
}

function originOf(e: Emission, scalar: number): Extract<Instruction, { kind: 'load' }> | undefined {
  const instruction = e.definitions.get(scalar);
  if (instruction?.kind === 'load') return instruction;
  if (instruction?.kind !== 'scalar') return undefined;
  for (const operand of instruction.operands) {
    const origin = originOf(e, operand);
    if (origin !== undefined) return origin;
  }
  return undefined;
}

function accumulatorPlace(e: Emission, accumulator: number): AccumulatorPlace {
  const place = e.accumulators[accumulator];
  if (place === undefined) throw misplaced(e, `accumulator ${accumulator}`);
  return place;
}

function pushAccumulator(e: Emission, accumulator: number): void {
  const { f, support } = e;
  const place = accumulatorPlace(e, accumulator);
  const dtype = e.kernel.accumulators[accumulator];
  switch (place.kind) {
    case 'scalar':
      f.get(place.local);
      return;
    case 'partial': {
      const joined = f.local(localType(dtype, false));
      pushJoinedLanes(f, support, place.combine, dtype, place.lanes);
      f.set(joined);
      pushCombined(
        f,
        support,
        place.combine,
        dtype,
        (g) => g.get(place.local),
        (g) => g.get(joined),
      );
      return;
    }
    case 'vectors':
      throw misplaced(e, 'a vector accumulator');
  }
}

function emitBegin(e: Emission, accumulator: number, initial: number, rest: Block): void {
  const { f, region } = e;
  const dtype = e.kernel.accumulators[accumulator];
  if (region?.varying.accumulators.has(accumulator)) {
    const locals = region.instances.map(() => {
      const local = f.local('v128');
      pushVectorConstant(f, dtype, initial).set(local);
      return local;
    });
    e.accumulators[accumulator] = { kind: 'vectors', locals };
    return;
  }
  const local = f.local(localType(dtype, false));
  pushConstant(f, dtype, initial).set(local);
  const parts = region === null ? partsIn(e, accumulator, rest) : undefined;
  if (parts === undefined) {
    e.accumulators[accumulator] = { kind: 'scalar', local };
    return;
  }
  const lanes = f.locals('v128', parts.count);
  for (const vector of lanes) pushVectorConstant(f, dtype, identityOf(parts.combine, dtype)).set(vector);
  e.accumulators[accumulator] = { kind: 'partial', local, lanes, combine: parts.combine };
}

/** How many vectors the loops that run in lanes join into an accumulator of a block around them; undefined for none. */
function partsIn(e: Emission, accumulator: number, block: Block): { count: number; combine: Combine } | undefined {
  let count = 0;
  let combine: Combine | undefined;
  forEachStatement(block, (statement) => {
    if (statement.kind !== 'loop') return;
    const choice = e.choices.get(statement);
    if (choice === undefined) return;
    forEachStatement(statement.body, (inner) => {
      if (inner.kind !== 'accumulate' || inner.accumulator !== accumulator) return;
      const { extent } = e.kernel.axes[statement.axis];
      count = Math.max(count, Math.min(choice.jam, Math.ceil(extent / 4)));
      combine = inner.combine;
    });
  });
  return combine === undefined ? undefined : { count, combine };
}

function emitAccumulate(e: Emission, statement: Extract<Statement, { kind: 'accumulate' }>): void {
  const { f, region, support } = e;
  const { accumulator, combine, value } = statement;
  const place = accumulatorPlace(e, accumulator);
  const dtype = e.kernel.accumulators[accumulator];
  const joinVectors = (locals: readonly LocalId[], masked: boolean): void => {
    region?.instances.forEach((_, instance) => {
      const local = locals[instance];
      const push = (): void => pushVector(e, value, instance);
      pushCombinedVectors(
        f,
        support,
        combine,
        dtype,
        (g) => g.get(local),
        () => {
          if (masked) pushMasked(f, combine, dtype, activeLanes(region, instance), push);
          else push();
        },
      );
      f.set(local);
    });
  };
  if (place.kind === 'vectors') joinVectors(place.locals, false);
  else if (place.kind === 'partial' && region !== null) joinVectors(place.lanes, true);
  else {
    pushCombined(
      f,
      support,
      combine,
      dtype,
      (g) => g.get(place.local),
      () => pushValue(e, value, null),
    );
    f.set(place.local);
  }
}

function emitAssign(e: Emission, accumulator: number, value: number): void {
  const place = accumulatorPlace(e, accumulator);
  if (place.kind === 'vectors') {
    place.locals.forEach((local, instance) => {
      pushVector(e, value, instance);
      e.f.set(local);
    });
    return;
  }
  pushValue(e, value, null);
  e.f.set(place.local);
}
