import { cpuTarget } from '@manabi/backend-cpu';
import { planCode } from '@manabi/backend-cpu/code';
import { webGpuTarget } from '@manabi/backend-webgpu';
import { planShaders } from '@manabi/backend-webgpu/code';
import { compilePlan, gpuRoutineTable, type Plan, routineTable } from '@manabi/compiler';
import { printStep, stepCosts } from '@manabi/compiler/report';
import { type Tensor, traceGraph } from 'manabi';
import { recordFusion } from './fused-operators.ts';
import type { ExplainedStep, Explanation, Machine } from './messages.ts';
import { namesOf, operatorsOf, silent } from './operators.ts';
import { type Network, readInputs } from './read-network.ts';
import { slotsOf, usesOf } from './slots.ts';
import { timesOnCpu, timesOnGpu } from './step-times.ts';

/** The target of a GPU with WebGPU's default limits, for which `planShaders` writes shaders. */
const gpuTarget = webGpuTarget({
  maxStorageBuffersPerShaderStage: 8,
  maxBufferSize: 2 ** 28,
  minStorageBufferOffsetAlignment: 256,
});

/**
 * Compiles a network for a machine, and describes each stage.
 *
 * @param milliseconds how long each step is repeated to measure its time
 */
export async function explain(network: Network, machine: Machine, milliseconds: number): Promise<Explanation> {
  const begin = performance.now();
  const { names, types, donated } = readInputs(network);
  const specs = Object.fromEntries(names.map((name, i) => [name, types[i]]));
  // The network takes an object of tensors, for which types may stand.
  const { graph } = traceGraph((given: Readonly<Record<string, Tensor>>) => network.run(given), specs);
  const target = machine === 'cpu' ? cpuTarget : gpuTarget;
  const { strategies, fusion } = recordFusion();
  const table = machine === 'cpu' ? routineTable : gpuRoutineTable;
  const plan = compilePlan(graph, { target, donated, strategies, routineTable: table });
  const code = machine === 'cpu' ? planCode(plan) : null;
  const parts = code?.functions ?? shadersOf(plan);
  const compileMs = performance.now() - begin;

  const costs = stepCosts(plan, target, table).filter(({ depth }) => depth === 0);
  const { times, clock } =
    machine === 'cpu'
      ? timesOnCpu(plan, milliseconds)
      : await timesOnGpu(
          graph,
          donated,
          costs.map(({ name }) => name),
        );
  const { graph: simple, nodes } = fusion();
  const steps = plan.steps.map((step, i): ExplainedStep => {
    const uses = usesOf(step);
    return {
      name: costs[i].name,
      kind: step.kind,
      operators: namesOf(nodes.get(step) ?? []),
      operations: costs[i].operations,
      bytes: costs[i].bytes,
      reads: uses.reads,
      writes: uses.writes,
      milliseconds: times?.[i] ?? null,
      loops: printStep(step, table),
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
