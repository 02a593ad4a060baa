import { cpuTarget } from '@manabi/backend-cpu';
import { planCode, timeSteps } from '@manabi/backend-cpu/code';
import { createWebGpuBackend, webGpuTarget } from '@manabi/backend-webgpu';
import { planShaders } from '@manabi/backend-webgpu/code';
import {
  accessesOf,
  type Block,
  compilePlan,
  forEachStatement,
  gpuRoutineTable,
  type Plan,
  printStep,
  type Step,
  stepCosts,
} from '@manabi/compiler';
import {
  formatType,
  type Graph,
  type HostArray,
  hostArray,
  inputTypes,
  type Node,
  newElements,
  type TensorType,
} from '@manabi/ir';
import { type Tensor, traceGraph } from 'manabi';
import { recordFusion } from './fused-operators.ts';
import type { ExplainedSlot, ExplainedStep, Explanation, Machine, Operator } from './messages.ts';

/** A network that can be explained: what a file in `networks` exports. */
export interface Network {
  /** Shapes of the inputs by name; `{ shape, dtype }` for another dtype than float32. */
  readonly inputs: Readonly<Record<string, readonly number[] | TensorType>>;
  /** Names of the inputs whose memory the results may take. */
  readonly donated?: readonly string[];
  run(inputs: Readonly<Record<string, Tensor>>): unknown;
}

/** The target of a GPU with WebGPU's default limits, for which `planShaders` writes shaders. */
const gpuTarget = webGpuTarget({
  maxStorageBuffersPerShaderStage: 8,
  maxBufferSize: 2 ** 28,
  minStorageBufferOffsetAlignment: 256,
});

/** Number of times that a GPU runs the plan; the shortest time of each step counts. */
const GPU_RUNS = 10;

/**
 * Compiles a network for a machine, and describes each stage.
 *
 * @param milliseconds how long each step is repeated to measure its time
 */
export async function explain(
  { inputs, donated = [], run }: Network,
  machine: Machine,
  milliseconds: number,
): Promise<Explanation> {
  const begin = performance.now();
  const names = Object.keys(inputs);
  const types = Object.entries(inputs).map(([name, given]) => typeOf(name, given));
  const specs = Object.fromEntries(names.map((name, i) => [name, types[i]]));
  // The network takes an object of tensors, for which types may stand.
  const { graph } = traceGraph((given: Readonly<Record<string, Tensor>>) => run(given), specs);
  const overwritten = donated.map((name) => positionOf(names, name));
  const target = machine === 'cpu' ? cpuTarget : gpuTarget;
  const { strategies, fusion } = recordFusion();
  const table = machine === 'cpu' ? {} : { routineTable: gpuRoutineTable };
  const plan = compilePlan(graph, { target, donated: overwritten, strategies, ...table });
  const code = machine === 'cpu' ? planCode(plan) : null;
  const parts = code?.functions ?? shadersOf(plan);
  const compileMs = performance.now() - begin;

  const costs = stepCosts(plan, target, machine === 'cpu' ? undefined : gpuRoutineTable).filter(
    ({ depth }) => depth === 0,
  );
  const { times, clock } =
    machine === 'cpu'
      ? timesOnCpu(plan, milliseconds)
      : await timesOnGpu(
          graph,
          overwritten,
          costs.map(({ name }) => name),
        );
  const { graph: simple, nodes } = fusion();
  const steps = plan.steps.map((step, i): ExplainedStep => {
    const uses = usesOf(step);
    return {
      name: costs[i].name,
      kind: step.kind,
      operators: shown(nodes.get(step) ?? []),
      operations: costs[i].operations,
      bytes: costs[i].bytes,
      reads: uses.reads,
      writes: uses.writes,
      milliseconds: times?.[i] ?? null,
      loops: printStep(step, machine === 'cpu' ? undefined : gpuRoutineTable),
      code: codeOf(parts, i),
    };
  });
  return {
    machine,
    traced: graph.nodes.filter(({ op }) => !silent.has(op)).length,
    operators: operatorsOf(simple, names, plan, nodes),
    steps,
    slots: slotsOf(plan, names, steps),
    arenas: plan.arenas,
    moduleBytes: code?.bytes ?? null,
    clock,
    compileMs,
  };
}

/** Operators that only describe values: nothing is computed for them. */
const silent: ReadonlySet<string> = new Set(['constant', 'expand', 'stopGradient']);

/** Returns the names of operators, without those that nothing is computed for unless there are no others. */
function shown(nodes: readonly Node[]): readonly string[] {
  const names = nodes.map(nameOf);
  const computed = names.filter((name) => !silent.has(name));
  return computed.length > 0 ? computed : names;
}

/** A generated function or shader; `step` is null for functions that several steps call. */
interface Part {
  readonly name: string;
  readonly step: number | null;
  readonly text: string;
}

/** Returns the functions of a step, followed by those that they call. */
function codeOf(parts: readonly Part[], step: number): ExplainedStep['code'] {
  const found = parts.filter((part) => part.step === step);
  // The list grows by functions that the functions in it call.
  for (const { text } of found) {
    for (const part of parts) {
      if (part.step === null && !found.includes(part) && new RegExp(`call \\$${part.name}\\b`).test(text))
        found.push(part);
    }
  }
  return found.map(({ name, text }) => ({ name, text }));
}

/** @throws Error for anything but a shape or a type, which programs of readers may contain */
function typeOf(name: string, given: unknown): TensorType {
  if (isShape(given)) return { dtype: 'float32', shape: given };
  if (typeof given === 'object' && given !== null && 'shape' in given && 'dtype' in given && isShape(given.shape)) {
    const { shape, dtype } = given;
    const known = dtypeNames.find((each) => each === dtype);
    if (known !== undefined) return { dtype: known, shape };
  }
  throw new Error(`Input \`${name}\` must be a shape such as [2, 3], or { shape: [2, 3], dtype: 'int32' }.`);
}

function isShape(given: unknown): given is readonly number[] {
  return Array.isArray(given) && given.every((length) => Number.isInteger(length) && length > 0);
}

function positionOf(names: readonly string[], name: string): number {
  const position = names.indexOf(name);
  if (position >= 0) return position;
  throw new Error(`\`donated\` contains '${name}', which is not an input. The inputs are ${names.join(', ')}.`);
}

/** Returns the name of an operator, or of the composite or routine that a node calls. */
function nameOf({ op, attributes }: Node): string {
  return op === 'call' && 'name' in attributes ? String(attributes.name) : op;
}

function shadersOf(plan: Plan): readonly Part[] {
  return planShaders(plan).map(({ name, step, groups, code }) => ({
    name: `${name}, ${groups} workgroup${groups === 1 ? '' : 's'}`,
    step,
    text: indented(code),
  }));
}

/** Indents code by its braces. */
function indented(code: string): string {
  let depth = 0;
  const lines = code.split('\n').map((line) => {
    if (line.startsWith('}')) depth--;
    const text = `${'  '.repeat(Math.max(0, depth))}${line}`;
    if (line.endsWith('{')) depth++;
    return text;
  });
  return lines.join('\n');
}

function timesOnCpu(plan: Plan, milliseconds: number) {
  return {
    times: timeSteps(plan, plan.inputs.map(valuesOf), { milliseconds }),
    clock: 'Mean time of many repetitions on one thread of your processor.',
  };
}

/** Returns the times of the steps on the GPU of this machine, if it has one. */
async function timesOnGpu(graph: Graph, donated: readonly number[], names: readonly string[]) {
  if (globalThis.navigator?.gpu === undefined)
    return { times: null, clock: 'Your browser has no WebGPU, so the steps are not measured.' };
  try {
    const backend = await createWebGpuBackend({ measures: true, defaultLimits: true, tuning: 'hardware' });
    const executable = await backend.compile(graph, { donated });
    const values = inputTypes(graph).map(valuesOf);
    for (let i = 0; i < GPU_RUNS; i++) {
      const inputs = values.map((value) => backend.upload(value));
      const outputs = await executable.run(inputs);
      for (const [at, input] of inputs.entries()) if (!donated.includes(at)) backend.release(input);
      for (const output of outputs) backend.release(output);
    }
    const steps = (executable.steps?.() ?? []).filter(({ depth }) => depth === 0);
    if (steps.map(({ name }) => name).join() !== names.join()) {
      return { times: null, clock: 'Your GPU runs other steps, which are not measured.' };
    }
    const clock =
      steps[0]?.clock === 'gpu' ? 'timestamps of your GPU' : "the page's clock, from submission to completion";
    return { times: steps.map((step) => step.milliseconds), clock: `Shortest of ${GPU_RUNS} runs by ${clock}.` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { times: null, clock: `The steps are not measured: ${reason}` };
  }
}

/** Returns numbers from -1 to 1, or zeros, which are valid indices. */
function valuesOf({ dtype, shape }: TensorType): HostArray {
  const isFloat = dtype.startsWith('float');
  const values = newElements('explain', { dtype, shape }).map((_, i) => (isFloat ? Math.sin(i * 12.9898) : 0));
  return hostArray(dtype, shape, values);
}

/** Returns the slots that a step reads and writes. */
function usesOf(step: Step): { readonly reads: readonly number[]; readonly writes: readonly number[] } {
  const reads = new Set<number>();
  const writes = new Set<number>();
  const add = (to: Set<number>, slots: readonly (number | null)[]): void => {
    for (const slot of slots) if (slot !== null) to.add(slot);
  };
  const addBlock = (block: Block): void => {
    forEachStatement(block, (statement) => {
      if (statement.kind === 'store') writes.add(statement.slot);
    });
    add(
      reads,
      accessesOf(block).flatMap((access) => ('value' in access ? [] : [access.slot])),
    );
  };
  switch (step.kind) {
    case 'kernel':
      addBlock(step.kernel.body);
      break;
    case 'routine':
      add(reads, step.operands);
      add(writes, step.results);
      if (step.epilogue !== null) addBlock(step.epilogue.body);
      break;
    case 'loop': {
      const { carries, xs, ys, constants, verdict, arenas } = step.loop;
      add(reads, [...carries.map(({ initial }) => initial), ...xs, ...constants]);
      add(writes, [...carries.flatMap(({ final, spare }) => [final, spare]), ...ys, ...arenas, verdict]);
      break;
    }
    case 'branch':
      add(reads, [step.branch.condition, ...step.branch.inputs]);
      add(writes, [...step.branch.outputs, ...step.branch.arenas]);
  }
  return { reads: [...reads], writes: [...writes] };
}

/** Returns the inputs and operators of a graph, without those that nothing is computed for. */
function operatorsOf(
  { inputCount, nodes, types, outputs }: Graph,
  names: readonly string[],
  plan: Plan,
  fused: ReadonlyMap<Step, readonly Node[]>,
): readonly Operator[] {
  const operators: Operator[] = [];
  /** For each value, the operators to draw lines from. */
  const sources = new Map<number, readonly number[]>();
  const isOutput = (value: number) => outputs.includes(value);
  for (let value = 0; value < inputCount; value++) {
    sources.set(value, [operators.length]);
    operators.push({
      name: names[value] ?? `input ${value}`,
      type: formatType(types[value]),
      operands: [],
      steps: [],
      isInput: true,
      isOutput: isOutput(value),
    });
  }
  for (const node of nodes) {
    const operands = [...new Set(node.operands.flatMap((value) => sources.get(value) ?? []))];
    const name = nameOf(node);
    const position = silent.has(name) ? null : operators.length;
    for (const result of node.results) sources.set(result, position === null ? operands : [position]);
    if (position === null) continue;
    operators.push({
      name,
      type: formatType(types[node.results[0]]),
      operands,
      steps: [...plan.steps.keys()].filter((i) => fused.get(plan.steps[i])?.includes(node)),
      isInput: false,
      isOutput: node.results.some(isOutput),
    });
  }
  return operators;
}

function slotsOf({ slots }: Plan, names: readonly string[], steps: readonly ExplainedStep[]): readonly ExplainedSlot[] {
  return slots.map(({ bytes, place }, slot) => {
    const uses = [...steps.keys()].filter((i) => [...steps[i].reads, ...steps[i].writes].includes(slot));
    const name = place.kind === 'input' ? ` ${names[place.input] ?? ''}` : place.kind === 'output' ? ' result' : '';
    return {
      label: `%${slot}${name}`,
      bytes,
      place: place.kind,
      arena: place.kind === 'arena' ? { index: place.arena, offset: place.offset } : null,
      over: place.kind === 'output' ? place.reuses : null,
      from: uses[0] ?? 0,
      to: uses.at(-1) ?? 0,
    };
  });
}
