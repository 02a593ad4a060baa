import {
  type Attributes,
  applyComposite,
  type CompositeConfigs,
  type CompositeName,
  composites,
  type GraphBuilder,
  type Node,
  type Value,
} from '@manabi/ir';
import { isElementwiseGraph } from './elementwise.ts';

/**
 * Function that converts the axes in a composite's configuration to those before a transpose; null if the transpose cannot
 * move.
 */
type Move<Config> = (config: Config, permutation: readonly number[]) => Config | null;

const alongAxis = <Config extends { readonly axis: number }>(
  config: Config,
  permutation: readonly number[],
): Config => ({ ...config, axis: permutation[config.axis] });

/**
 * Composites whose configuration contains axes of the first operand, and how to convert it. The other operands have no image
 * axes.
 */
const MOVES: { readonly [K in CompositeName]?: Move<CompositeConfigs[K]> } = {
  softmax: alongAxis,
  logSoftmax: alongAxis,
  batchNorm: alongAxis,
  // The samples must stay on the first axis.
  groupNorm: (config, permutation) => (permutation[0] === 0 ? alongAxis(config, permutation) : null),
  resize: (config, permutation) => ({ ...config, axes: config.axes.map((axis) => permutation[axis]) }),
};

/** Emits a call of a composite on the untransposed operands; null if the transpose cannot move. */
export function transposedComposite(
  b: GraphBuilder,
  { attributes }: { readonly attributes: Attributes['call'] },
  operands: readonly Value[],
  permutation: readonly number[],
  before: (value: Value) => Value | null,
): Value | null {
  const { name, config, body } = attributes;
  if (!isComposite(name) || body.outputs.length !== 1) return null;
  if (isElementwiseGraph(body)) {
    const inner = operands.map(before).filter((value) => value !== null);
    return inner.length === operands.length ? call(b, name, inner, config) : null;
  }
  const [first, ...others] = operands;
  const moved = movedConfig(name, config, permutation);
  const inner = moved === null ? null : before(first);
  return moved === null || inner === null ? null : call(b, name, [inner, ...others], moved);
}

/** Composites that reduce the axes in their configuration, which the result does not have. */
const REDUCTIONS: readonly CompositeName[] = [
  'reduceMean',
  'reduceL1',
  'reduceL2',
  'reduceSumSquare',
  'reduceLogSum',
  'logSumExp',
];

/**
 * Emits a reduction over a transpose as a reduction over its operand, and transposes the result if the remaining axes are
 * out of order; null for other nodes.
 */
export function reducedBeforeTranspose(b: GraphBuilder, node: Node, operands: readonly Value[]): Value | null {
  if (node.op !== 'call') return null;
  const { name, config } = node.attributes;
  const maker = b.maker(operands[0]);
  if (!isComposite(name) || !REDUCTIONS.includes(name) || maker?.op !== 'transpose') return null;
  const { permutation } = maker.attributes;
  const axes = axesOf(config).map((axis) => permutation[axis]);
  const left = permutation.filter((axis) => !axes.includes(axis));
  const ascending = left.toSorted((i, j) => i - j);
  const reduced = call(b, name, [maker.operands[0]], { ...config, axes: axes.sort((i, j) => i - j) });
  return b.transpose(
    reduced,
    left.map((axis) => ascending.indexOf(axis)),
  );
}

function axesOf({ axes }: Attributes['call']['config']): readonly number[] {
  return Array.isArray(axes) ? axes : [];
}

function call<K extends CompositeName>(
  b: GraphBuilder,
  name: K,
  operands: readonly Value[],
  config: Attributes['call']['config'],
): Value {
  // `config` belongs to the composite of this name: `applyComposite` created the call.
  return applyComposite(b, name, operands, config as CompositeConfigs[K])[0];
}

function movedConfig<K extends CompositeName>(
  name: K,
  config: Attributes['call']['config'],
  permutation: readonly number[],
): Attributes['call']['config'] | null {
  // As in `call`: `config` belongs to the composite of this name.
  const move = MOVES[name] as Move<Attributes['call']['config']> | undefined;
  return move === undefined ? null : move(config, permutation);
}

function isComposite(name: string): name is CompositeName {
  return Object.hasOwn(composites, name);
}
