import { type RoutineTable, routineNamed } from '../graph/routine.ts';
import { formatIndex } from '../plan/format-index.ts';
import type { Block, Instruction, Kernel, Statement } from '../plan/kernel.ts';
import type { Loop, Plan, Slot, SlotPlace, Step } from '../plan/plan.ts';
import type { RoutineStep } from '../plan/routine-step.ts';

/**
 * Formats a plan as text: its memory, then its steps with their loops.
 *
 * @param table the routines that may occur in the plan, such as `routineTable`
 * @throws ManabiError `argument` for a routine that `table` does not contain
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { graphBuilder } from '@manabi/ir';
 * import { compilePlan, routineTable } from '@manabi/compiler';
 * import { printPlan } from '@manabi/compiler/report';
 *
 * const b = graphBuilder();
 * const plan = compilePlan(b.finish([b.neg(b.input({ dtype: 'float32', shape: [8] }))]), { target: cpuTarget });
 * console.log(printPlan(plan, routineTable).split('\n')[1]); // '  %0: float32[8] input 0'
 * ```
 */
export function printPlan(plan: Plan, table: RoutineTable): string {
  const slots = plan.slots.map((slot, i) => `  %${i}: ${slot.dtype}[${slot.elements}] ${printSlot(slot)}`);
  const steps = plan.steps.map((step, i) => `step ${i}: ${printStep(step, table)}`);
  return [`plan, ${printArenas(plan)}`, ...slots, ...steps].join('\n');
}

function printArenas({ arenas }: Plan): string {
  if (arenas.length > 1) return `buffers of ${arenas.join(', ')} bytes`;
  return `arena of ${arenas[0] ?? 0} bytes`;
}

function printSlot({ place, bytes, packed, sliced }: Slot): string {
  return `${printLocation(place, bytes)}${packed ? ', packed' : ''}${sliced ? ', sliced' : ''}`;
}

function printLocation(place: SlotPlace, bytes: number): string {
  switch (place.kind) {
    case 'input':
      return `input ${place.input}`;
    case 'output':
      return place.reuses === null ? `output ${place.output}` : `output ${place.output} over input ${place.reuses}`;
    case 'arena':
      return `${place.arena === 0 ? 'arena' : `buffer ${place.arena}`} ${place.offset} … ${place.offset + bytes}`;
    case 'constant':
      return 'constant';
  }
}

/**
 * Formats a step of a plan as `printPlan` does.
 *
 * @param table the routines that may occur in the step, such as `routineTable`
 * @throws ManabiError `argument` for a routine that `table` does not contain
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { graphBuilder } from '@manabi/ir';
 * import { compilePlan, routineTable } from '@manabi/compiler';
 * import { printStep } from '@manabi/compiler/report';
 *
 * const b = graphBuilder();
 * const plan = compilePlan(b.finish([b.neg(b.input({ dtype: 'float32', shape: [8] }))]), { target: cpuTarget });
 * console.log(printStep(plan.steps[0], routineTable).split('\n')[0]); // kernel neg
 * ```
 */
export function printStep(step: Step, table: RoutineTable): string {
  switch (step.kind) {
    case 'kernel':
      return printKernel(step.kernel);
    case 'routine':
      return printRoutine(step, table);
    case 'loop':
      return printLoop(step.loop, table);
    case 'branch': {
      const { condition, thenPlan, elsePlan, inputs, outputs, arenas, decisions } = step.branch;
      return [
        `branch ${slotList(outputs)} of ${slotList(inputs)} by %${condition}${arenas.length === 0 ? '' : `, arena ${slotList(arenas)}`}${printDecisions(decisions)}`,
        ...printNested('then', thenPlan, table),
        ...printNested('else', elsePlan, table),
      ].join('\n');
    }
  }
}

function printRoutine({ name, attributes, operands, results, epilogue }: RoutineStep, table: RoutineTable): string {
  const slots = (of: readonly number[]) => of.map((slot) => `%${slot}`);
  const line = `${name} ${routineNamed(table, name, 'The plan').print(attributes, slots(operands), slots(results))}`;
  return [line, ...(epilogue === null ? [] : printBody(epilogue, 1))].join('\n');
}

function printLoop(loop: Loop, table: RoutineTable): string {
  const { body, test, turns, reverse, carries, xs, ys, constants, verdict, arenas, decisions } = loop;
  const texts = carries.map(
    ({ initial, final, spare }) => `%${initial} to %${final}${spare === null ? ' in place' : ` by %${spare}`}`,
  );
  const parts = [
    ['carries', texts.join(', ')],
    ['xs', slotList(xs)],
    ['ys', slotList(ys)],
    ['constants', slotList(constants)],
    ['arena', slotList(arenas)],
  ].filter(([, text]) => text !== '');
  const bound = turns === null ? '' : ` of ${test === null ? '' : 'at most '}${turns} iterations`;
  return [
    `loop${bound}${reverse ? ', reverse' : ''}${test === null ? '' : printDecisions(decisions)}`,
    ...parts.map(([name, text]) => `  ${name} ${text}`),
    ...(test === null ? [] : printNested(`while %${verdict} by`, test, table)),
    ...printNested('iteration', body, table),
  ].join('\n');
}

function printDecisions(decisions: Loop['decisions']): string {
  return decisions === 'device' ? ', decided on the device' : '';
}

function printNested(name: string, plan: Plan, table: RoutineTable): string[] {
  const [head, ...lines] = printPlan(plan, table).split('\n');
  return [`  ${name} ${head}`, ...lines.map((line) => `    ${line}`)];
}

function slotList(slots: readonly number[]): string {
  return slots.map((slot) => `%${slot}`).join(', ');
}

/**
 * Formats a kernel as text, one statement per line, indented like its loops.
 *
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { graphBuilder } from '@manabi/ir';
 * import { compilePlan } from '@manabi/compiler';
 * import { printKernel } from '@manabi/compiler/report';
 *
 * const b = graphBuilder();
 * const { steps } = compilePlan(b.finish([b.neg(b.input({ dtype: 'float32', shape: [8] }))]), { target: cpuTarget });
 * const result = steps.flatMap((step) => (step.kind === 'kernel' ? [printKernel(step.kernel).split('\n')[0]] : []));
 * console.log(result); // ['kernel neg']
 * ```
 */
export function printKernel(kernel: Kernel): string {
  return [`kernel ${kernel.name}`, ...printBody(kernel, 1)].join('\n');
}

function printBody(kernel: Kernel, depth: number): string[] {
  return printBlock(kernel, kernel.body, depth);
}

function printBlock(kernel: Kernel, block: Block, depth: number): string[] {
  return block.flatMap((statement) => printStatement(kernel, statement, depth));
}

function printStatement(kernel: Kernel, statement: Statement, depth: number): string[] {
  const indent = '  '.repeat(depth);
  switch (statement.kind) {
    case 'loop': {
      const { kind, extent } = kernel.axes[statement.axis];
      return [`${indent}${kind} i${statement.axis} < ${extent}`, ...printBlock(kernel, statement.body, depth + 1)];
    }
    case 'define': {
      const dtype = kernel.scalars[statement.scalar];
      return [`${indent}s${statement.scalar}: ${dtype} = ${printInstruction(statement.instruction)}`];
    }
    case 'store': {
      const joined = statement.combine === 'set' ? '' : `${statement.combine} `;
      return [`${indent}%${statement.slot}[${formatIndex(statement.index)}] = ${joined}s${statement.value}`];
    }
    case 'begin':
      return [`${indent}a${statement.accumulator} = ${statement.initial}`];
    case 'accumulate':
      return [`${indent}a${statement.accumulator} = ${statement.combine} s${statement.value}`];
    case 'accumulateIndex': {
      const { accumulator, position, value, at, largest } = statement;
      return [`${indent}a${accumulator}, a${position} = ${largest ? 'largest' : 'smallest'} of s${value} at s${at}`];
    }
    case 'assign':
      return [`${indent}a${statement.accumulator} = s${statement.value}`];
  }
}

function printInstruction(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'scalar':
      return `${instruction.op} ${instruction.operands.map((operand) => `s${operand}`).join(' ')}`;
    case 'constant':
      return String(instruction.value);
    case 'load':
      return `%${instruction.slot}[${formatIndex(instruction.index)}]`;
    case 'index':
      return formatIndex(instruction.index);
    case 'checkedIndex':
      return `check s${instruction.operand} < ${instruction.extent}`;
    case 'accumulator':
      return `a${instruction.accumulator}`;
    case 'result':
      return 'result';
  }
}
