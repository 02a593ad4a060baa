import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, Value } from '../graph/graph.ts';
import { outputTypes } from '../graph/parts.ts';
import { attributesKey } from '../graph/structural-key.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { isFloat } from '../types/dtype.ts';
import { formatType, type TensorType } from '../types/shape.ts';
import type { Composite } from './composite.ts';

/** Maximal number of cached bodies of calls. The oldest is evicted first. */
const MOST_CACHED = 2048;

const traced = new Map<string, Attributes['call']>();

/** Configuration of a composite, such as its axes, as plain data. */
export type CompositeConfig = Readonly<Record<string, unknown>>;

/**
 * Emits a call of a composite and returns its results. Unlike `applyComposite`, it takes the composite itself instead
 * of a name, so that composites can use each other without importing the table of all composites.
 */
export function callComposite<Config extends CompositeConfig>(
  builder: GraphBuilder,
  name: string,
  composite: Composite<Config>,
  operands: readonly Value[],
  config: Config,
): readonly Value[] {
  const types = operands.map((operand) => builder.type(operand));
  return builder.emit('call', operands, traceComposite(name, composite, types, config));
}

/**
 * Returns the attributes of the `call` node of a composite for operands of the given types. The body is built once for
 * each name, operand types and configuration, and then cached. If an operand is float16, the body calls the
 * composite on float32 and rounds its results once; see also `Composite.halfVjp`.
 */
export function traceComposite<Config extends CompositeConfig>(
  name: string,
  composite: Composite<Config>,
  operands: readonly TensorType[],
  config: Config,
): Attributes['call'] {
  const key = `${name}(${operands.map(formatType).join()})${attributesKey(config)}`;
  const known = traced.get(key);
  if (known !== undefined) return known;
  const isHalf = operands.some(({ dtype }) => dtype === 'float16');
  const body = isHalf ? widenedBody(name, composite, operands, config) : traceBody(composite, operands, config);
  const vjp = isHalf && !composite.halfVjp ? null : traceVjp(composite, operands, body, config);
  const attributes = { name, config, body, vjp, checkpoint: false };
  const oldest = traced.keys().next();
  if (traced.size >= MOST_CACHED && !oldest.done) traced.delete(oldest.value);
  traced.set(key, attributes);
  return attributes;
}

function traceBody<Config>(composite: Composite<Config>, operands: readonly TensorType[], config: Config): Graph {
  const builder = graphBuilder();
  const inputs = operands.map((type) => builder.input(type));
  return builder.finish(composite.body(builder, inputs, config));
}

/** Returns a body that calls the composite on float32 instead of float16, and rounds its results. */
function widenedBody<Config extends CompositeConfig>(
  name: string,
  composite: Composite<Config>,
  operands: readonly TensorType[],
  config: Config,
): Graph {
  const builder = graphBuilder();
  const inputs = operands.map((type) => builder.input(type));
  const wide = inputs.map((x) => (builder.dtype(x) === 'float16' ? builder.cast(x, 'float32') : x));
  const results = callComposite(builder, name, composite, wide, config);
  return builder.finish(results.map((y) => (builder.dtype(y) === 'float32' ? builder.cast(y, 'float16') : y)));
}

function traceVjp<Config>(
  { vjp }: Composite<Config>,
  operandTypes: readonly TensorType[],
  body: Graph,
  config: Config,
): Graph | null {
  // If no result is a float, there are no cotangents from which to compute a gradient.
  if (vjp === undefined || outputTypes(body).every(({ dtype }) => !isFloat(dtype))) return null;
  const builder = graphBuilder();
  const operands = operandTypes.map((type) => builder.input(type));
  const results = outputTypes(body).map((type) => builder.input(type));
  const cotangents = outputTypes(body)
    .filter(({ dtype }) => isFloat(dtype))
    .map((type) => builder.input(type));
  return builder.finish(vjp(builder, { operands, results, config }, cotangents));
}
