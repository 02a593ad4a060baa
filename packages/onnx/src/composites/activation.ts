import type { CompositeConfigs } from '@manabi/ir';
import { float, text } from '../write/attribute.ts';
import type { NodeAttributes } from '../write/draft.ts';
import { isSpread, type Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';
import { isFloat32 } from './operand.ts';
import { bodyOnly, type CompositeRow, type CompositeRows } from './row.ts';

/** Names of composites that are activation functions. */
export type ActivationName =
  | 'relu'
  | 'relu6'
  | 'leakyRelu'
  | 'prelu'
  | 'elu'
  | 'celu'
  | 'selu'
  | 'thresholdedRelu'
  | 'shrink'
  | 'gelu'
  | 'silu'
  | 'mish'
  | 'softplus'
  | 'logSigmoid'
  | 'softsign'
  | 'hardSigmoid'
  | 'hardSwish';

/**
 * Returns the function that writes an elementwise composite on float32 as ONNX nodes. If the operand is a broadcast,
 * the nodes are applied to the smaller array before the broadcast.
 */
export function elementwise<Config>(write: (w: Writer, x: Term, config: Config) => Term | null): CompositeRow<Config> {
  return (scope, node, config) => {
    if (!isFloat32(scope, node)) return null;
    const bound = scope.bound(node.operands[0]);
    const source = write(scope.writer, isSpread(bound) ? bound.source : bound, config);
    if (source === null) return null;
    return [isSpread(bound) ? { ...bound, source } : source];
  };
}

function named<Config>(
  opType: string,
  attributes: (config: Config) => NodeAttributes = () => ({}),
): CompositeRow<Config> {
  return elementwise((w, x, config) => w.emitOne(opType, [x], 'float32', attributes(config)));
}

const withAlpha = ({ alpha }: { readonly alpha: number }): NodeAttributes => ({ alpha: float(alpha) });

/** Constants of SELU (Klambauer et al., 2017). ONNX's defaults are the same, rounded to float32. */
const SELU = { alpha: 1.6732632423543772, gamma: 1.0507009873554805 };

/** Writes `prelu` as PRelu, which broadcasts the slope but not x. */
const prelu: CompositeRow<CompositeConfigs['prelu']> = (scope, node) => {
  if (!isFloat32(scope, node)) return null;
  const [x, slope] = node.operands;
  const term = scope.term(x);
  return [scope.writer.emitOne('PRelu', [term, scope.broadcast([x, slope])[1]], 'float32')];
};

/** Writes exact GELU as x/2 · (1 + erf(x/√2)) (Hendrycks, Gimpel, "Gaussian error linear units", 2016). */
function geluWithErf(w: Writer, x: Term): Term {
  const half = w.compute('Mul', [x, w.scalar(0.5, 'float32')]);
  const erf = w.compute('Erf', [w.compute('Mul', [x, w.scalar(Math.SQRT1_2, 'float32')])]);
  return w.compute('Mul', [half, w.compute('Add', [erf, w.scalar(1, 'float32')])]);
}

export const activationRows: CompositeRows<ActivationName> = {
  relu: named('Relu'),
  relu6: elementwise((w, x) => w.emitOne('Clip', [x, w.scalar(0, 'float32'), w.scalar(6, 'float32')], 'float32')),
  leakyRelu: named('LeakyRelu', withAlpha),
  prelu,
  elu: named('Elu', withAlpha),
  celu: named('Celu', withAlpha),
  selu: named('Selu', () => ({ alpha: float(SELU.alpha), gamma: float(SELU.gamma) })),
  thresholdedRelu: bodyOnly("ONNX's ThresholdedRelu returns 0 for NaN."),
  shrink: bodyOnly("ONNX's Shrink returns 0 for NaN."),
  gelu: elementwise((w, x, { approximate }) => {
    if (w.file.uses(20)) return w.emitOne('Gelu', [x], 'float32', { approximate: text(approximate ? 'tanh' : 'none') });
    // Runtimes fuse these nodes into one kernel. The composite's own elementary operators are more nodes and slower.
    return approximate ? null : geluWithErf(w, x);
  }),
  // Swish exists from opset 24; runtimes fuse these two nodes into one.
  silu: elementwise((w, x) => w.compute('Mul', [x, w.compute('Sigmoid', [x])])),
  mish: named('Mish'),
  softplus: named('Softplus'),
  logSigmoid: elementwise((w, x) => w.compute('Neg', [w.emitOne('Softplus', [w.compute('Neg', [x])], 'float32')])),
  softsign: named('Softsign'),
  hardSigmoid: named('HardSigmoid', ({ alpha, beta }) => ({ alpha: float(alpha), beta: float(beta) })),
  hardSwish: named('HardSwish'),
};
