import * as mb from '@manabi/core';
import { FileError } from '@manabi/files';
import type { GraphFunction, GraphNode, SavedGraph } from './graph.ts';
import { hostFunctions, MOST_ELEMENTS } from './host-functions.ts';
import { OpContext } from './ops/context.ts';
import { opTable } from './ops/index.ts';
import { BOOL, type HostValue, host, tensorValue, toTensor, type Value } from './values.ts';

/** Largest number of nodes that are evaluated, which limits the time for hostile files. */
const MOST_NODES = 1_000_000;
/** Largest accepted depth of calls of functions. */
const MOST_LEVELS = 64;

/** Names of the outputs of operations with several outputs, by which nodes in functions refer to them. */
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  FusedBatchNorm: ['y', 'batch_mean', 'batch_variance'],
  FusedBatchNormV2: ['y', 'batch_mean', 'batch_variance'],
  FusedBatchNormV3: ['y', 'batch_mean', 'batch_variance'],
  TopKV2: ['values', 'indices'],
};

/** Variables of a model by the name of their node. */
export type Variables = Map<string, Value>;

/**
 * Evaluates nodes of a graph with tensor functions. Shapes, counters of loops and other small integers are computed at once, so
 * loops with a known number of iterations are unrolled.
 */
export class Evaluator {
  readonly #graph: SavedGraph;
  readonly #variables: Variables;
  readonly #changed = new Set<string>();
  #left = MOST_NODES;

  /**
   * @param variables values of the variables; nodes that assign variables change them
   */
  constructor(graph: SavedGraph, variables: Variables) {
    this.#graph = graph;
    this.#variables = variables;
  }

  /** Names of the variables that were assigned. */
  get changed(): ReadonlySet<string> {
    return this.#changed;
  }

  /**
   * Returns values of the main graph.
   *
   * @param feeds values of nodes, by name
   * @param values values to return: `node:1`
   * @param operations nodes that must run although no value depends on them
   * @throws FileError `unsupported` for unknown operations, with the node; `corrupt`; `tooLarge`
   */
  run(
    feeds: ReadonlyMap<string, Value>,
    values: readonly string[],
    operations: readonly string[] = [],
  ): readonly Value[] {
    const known = new Map([...feeds].map(([name, value]) => [name, [value] as readonly Value[]]));
    return this.#evaluate(this.#graph.nodes, known, values, operations, 0);
  }

  #call(name: string, inputs: readonly Value[], level: number): readonly Value[] {
    const found = this.#function(name);
    if (level > MOST_LEVELS) throw this.#tooLarge(`functions call each other more than ${MOST_LEVELS} levels deep`);
    const known = new Map(found.inputs.map((input, i) => [input, inputs.slice(i, i + 1)]));
    const values = found.outputs.map((output) => found.returns.get(output) ?? output);
    return this.#evaluate(found.nodes, known, values, found.controls, level);
  }

  #function(name: string): GraphFunction {
    const found = this.#graph.functions.get(name);
    if (found === undefined) throw this.#corrupt(`function '${name}' is missing`, { function: name });
    return found;
  }

  #evaluate(
    nodes: ReadonlyMap<string, GraphNode>,
    known: Map<string, readonly Value[]>,
    values: readonly string[],
    operations: readonly string[],
    level: number,
  ): readonly Value[] {
    const refs = values.map(refOf);
    const waiting = new Set<string>();
    const stack = [...operations, ...refs.map(({ node }) => node)].reverse();
    // Nodes are evaluated without recursion, because chains of nodes may be long.
    for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
      if (known.has(name)) {
        stack.pop();
        continue;
      }
      const node = nodes.get(name);
      if (node === undefined) throw this.#corrupt(`node '${name}' is missing`, { node: name });
      const sources = node.inputs.map(refOf);
      const missing = sources.filter((source) => !known.has(source.node)).map((source) => source.node);
      if (missing.length === 0) {
        known.set(name, this.#compute(node, this.#inputsOf(node, sources, nodes, known), level));
        stack.pop();
      } else if (waiting.has(name)) throw this.#corrupt(`node '${name}' depends on itself`, { node: name });
      else {
        waiting.add(name);
        for (const source of missing.reverse()) stack.push(source);
      }
    }
    return refs.map((ref) => this.#valueOf(ref, nodes, known));
  }

  #inputsOf(
    node: GraphNode,
    sources: readonly Ref[],
    nodes: ReadonlyMap<string, GraphNode>,
    known: ReadonlyMap<string, readonly Value[]>,
  ): readonly Value[] {
    const isVariable = ASSIGNMENTS.has(node.op) || node.op === 'VarIsInitializedOp';
    return sources
      .filter(({ isControl }) => !isControl)
      .map((source, i) => {
        const value = this.#valueOf(source, nodes, known);
        const isReference = i === 0 && (isVariable || node.op.endsWith('Call') || PASSES_ON.has(node.op));
        return value.kind === 'variable' && !isReference && !passesAll(node.op) ? this.#read(value.name) : value;
      });
  }

  #valueOf(
    { node: name, output, index }: Ref,
    nodes: ReadonlyMap<string, GraphNode>,
    known: ReadonlyMap<string, readonly Value[]>,
  ): Value {
    const names = OUTPUTS[nodes.get(name)?.op ?? ''] ?? [];
    const position = Math.max(0, names.indexOf(output)) + index;
    const value = known.get(name)?.[position];
    if (value === undefined) throw this.#corrupt(`output ${position} of node '${name}' is missing`, { node: name });
    return value;
  }

  #compute(node: GraphNode, inputs: readonly Value[], level: number): readonly Value[] {
    this.#left--;
    if (this.#left < 0) throw this.#tooLarge(`it evaluates more than ${MOST_NODES} nodes`);
    const { source } = this.#graph;
    const context = new OpContext(node, inputs, source);
    const special = this.#control(context, level) ?? this.#state(context);
    if (special !== null) return special;
    const small = inputs.filter(
      (input): input is HostValue => input.kind === 'host' && input.data.length <= MOST_ELEMENTS,
    );
    if (small.length === inputs.length && Object.hasOwn(hostFunctions, node.op)) {
      const result = hostFunctions[node.op](small, context.boolean('keep_dims'));
      if (result !== null) return [result];
    }
    if (!Object.hasOwn(opTable, node.op)) throw context.unsupported('the operation is unknown');
    try {
      return opTable[node.op](context);
    } catch (error) {
      throw context.failed(error);
    }
  }

  /** Computes calls, branches and loops; null for other nodes. */
  #control(context: OpContext, level: number): readonly Value[] | null {
    const { inputs } = context;
    switch (context.node.op) {
      case 'NoOp':
        return [];
      case 'Identity':
      case 'IdentityN':
      case 'Snapshot':
      case 'StopGradient':
      case 'PreventGradient':
      case 'CheckNumerics':
      case 'EnsureShape':
      case 'DisableCopyOnRead':
      case 'PlaceholderWithDefault':
        return inputs;
      case 'Const':
        return [context.constant('value')];
      case 'PartitionedCall':
      case 'StatefulPartitionedCall':
        return this.#call(context.callee('f'), inputs, level + 1);
      case 'If':
      case 'StatelessIf': {
        const branch = truth(context, inputs[0]) ? 'then_branch' : 'else_branch';
        return this.#call(context.callee(branch), inputs.slice(1), level + 1);
      }
      case 'While':
      case 'StatelessWhile': {
        const [test, body] = [context.callee('cond'), context.callee('body')];
        let carry = inputs;
        while (truth(context, this.#call(test, carry, level + 1)[0])) carry = this.#call(body, carry, level + 1);
        return carry;
      }
      case 'Placeholder':
        throw context.unsupported('an input is missing');
      default:
        return null;
    }
  }

  /** Reads and assigns variables; null for other nodes. */
  #state(context: OpContext): readonly Value[] | null {
    const { node, inputs } = context;
    const assign = (value: Value): readonly Value[] => {
      const [variable] = inputs;
      if (variable?.kind !== 'variable') throw context.unsupported('it assigns something other than a variable');
      this.#variables.set(variable.name, value);
      this.#changed.add(variable.name);
      return [value];
    };
    const update = (f: (x: mb.Tensor, y: mb.Tensor) => mb.Tensor): readonly Value[] => {
      const [variable] = inputs;
      const before = variable?.kind === 'variable' ? toTensor(this.#read(variable.name)) : null;
      if (before === null) throw context.unsupported('it changes something other than a variable');
      return assign(tensorValue(f(before, context.x(1))));
    };
    switch (node.op) {
      case 'VarHandleOp':
      case 'Variable':
      case 'VariableV2':
        return [{ kind: 'variable', name: node.name }];
      case 'VarIsInitializedOp':
        return [host(BOOL, [], [1])];
      case 'ReadVariableOp':
        return inputs;
      case 'ResourceGather':
        return opTable.Gather(context);
      case 'Assign':
      case 'AssignVariableOp':
        return assign(context.input(1));
      case 'AssignAdd':
      case 'AssignAddVariableOp':
        return update(mb.add);
      case 'AssignSub':
      case 'AssignSubVariableOp':
        return update(mb.sub);
      case 'RestoreV2': {
        const [names, parts] = [context.texts(1), context.texts(2)];
        return names.map((key, i) => ({ kind: 'stored', key, part: parts[i] ?? '' }));
      }
      default:
        return null;
    }
  }

  #read(name: string): Value {
    const value = this.#variables.get(name);
    if (value !== undefined) return value;
    throw this.#corrupt(`variable '${name}' has no value`, { variable: name });
  }

  #corrupt(problem: string, data: Readonly<Record<string, unknown>>): FileError {
    const { source } = this.#graph;
    return new FileError('corrupt', `Cannot evaluate ${source}: ${problem}. Save or download it again.`, {
      data: { source, ...data },
    });
  }

  #tooLarge(problem: string): FileError {
    const { source } = this.#graph;
    return new FileError('tooLarge', `Refused to evaluate ${source}: ${problem}.`, { data: { source } });
  }
}

/** Operations whose first input is the variable itself, not its value. */
const ASSIGNMENTS: ReadonlySet<string> = new Set([
  'Assign',
  'AssignAdd',
  'AssignAddVariableOp',
  'AssignSub',
  'AssignSubVariableOp',
  'AssignVariableOp',
]);
/** Operations that pass a variable on, so that later nodes can assign it. */
const PASSES_ON: ReadonlySet<string> = new Set(['DisableCopyOnRead']);

/** Reports whether an operation passes all of its inputs to functions. */
function passesAll(op: string): boolean {
  return op.endsWith('Call') || op.endsWith('If') || op.endsWith('While');
}

function truth(context: OpContext, value: Value | undefined): boolean {
  if (value?.kind === 'host') return value.data[0] !== 0;
  throw context.unsupported('its condition depends on data');
}

/** Reference to the output of a node. */
interface Ref {
  readonly node: string;
  /** Name of the output in a function; empty in the main graph. */
  readonly output: string;
  readonly index: number;
  readonly isControl: boolean;
}

function refOf(text: string): Ref {
  const isControl = text.startsWith('^');
  const [node, ...rest] = (isControl ? text.slice(1) : text).split(':');
  const index = rest.length === 0 ? 0 : Number(rest[rest.length - 1]);
  return { node, output: rest.length > 1 ? rest[0] : '', index: Number.isSafeInteger(index) ? index : 0, isControl };
}
