import type { PlanTarget, RoutineName, RoutineTable } from '@manabi/compiler';

const routines = ['dot', 'depthwise', 'winograd', 'topK', 'matMulInteger'] as const satisfies readonly RoutineName[];

/** Name of a routine of the CPU backend. `attention` includes its gradient. */
export type CpuRoutineName = (typeof routines)[number] | 'attention';

/** Names of all routines of the CPU backend. */
export const cpuRoutines: readonly CpuRoutineName[] = [...routines, 'attention'];

/** Returns the names in a table of the routines that given names of options select. */
export function selectedRoutines(table: RoutineTable, routines: readonly CpuRoutineName[]): readonly string[] {
  // `attention` also stands for `attentionGradient`.
  return Object.keys(table).filter((name) => routines.some((each) => name.startsWith(each)));
}

/**
 * Compilation target for the CPU: one flat memory, control flow decided by the host, and 128-bit vectors. The backend adds the
 * routines of attention, which are not in `routineTable`, for graphs with attention.
 */
export const cpuTarget: PlanTarget = {
  name: 'cpu',
  bytesOf: { float32: 4, float64: 8, float16: 2, int32: 4, uint32: 4, uint8: 1, bool: 1 },
  packedInputs: [],
  mostBindings: null,
  largestBuffer: null,
  bindingAlignment: 1,
  memory: 'arena',
  // Length of a cache line.
  valueAlignment: 64,
  nestsInOrder: true,
  decisions: 'host',
  parallelTasks: 1,
  leastTerms: 1,
  reductionLanes: 1,
  routines,
  costs: {
    scalar: {
      neg: 1,
      abs: 1,
      sign: 2,
      floor: 1,
      ceil: 1,
      round: 1,
      exp: 12,
      exp2: 12,
      expm1: 16,
      log: 16,
      log1p: 20,
      sqrt: 4,
      sin: 20,
      cos: 20,
      tan: 32,
      asin: 20,
      atan: 20,
      tanh: 16,
      sigmoid: 16,
      erf: 20,
      isNaN: 1,
      isInf: 1,
      not: 1,
      cast: 1,
      bitcast: 0,
      add: 1,
      sub: 1,
      mul: 1,
      div: 4,
      rem: 20,
      pow: 40,
      max: 1,
      min: 1,
      equal: 1,
      less: 1,
      lessEqual: 1,
      and: 1,
      or: 1,
      xor: 1,
      shiftLeft: 1,
      shiftRight: 1,
      select: 1,
    },
    kept: 3,
    longestExpression: 160,
    mostValues: 28,
    branch: 256,
    mostComparisons: 0,
  },
};
