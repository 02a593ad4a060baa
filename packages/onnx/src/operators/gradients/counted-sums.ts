import { dtypes, hostArray } from '@manabi/ir';
import { fixedShape } from '../../symbolic/length.ts';
import type { OpenNode } from '../../symbolic/open-graph.ts';
import { int, text } from '../../write/attribute.ts';
import { reshape } from '../../write/layout.ts';
import type { Scope } from '../../write/scope.ts';
import type { Term } from '../../write/term.ts';
import { indexTerm } from '../index-term.ts';

// Measured times in nanoseconds on one core: ScatterElements per element, and per element of the counts that are set to zero
// and multiplied by one column of the updates.
const PER_SCATTERED = 5;
const PER_ZERO = 0.3;
const PER_PRODUCT = 0.025;

/**
 * Writes a `scatterND` that adds the same row for all indices of a sample, as in the gradient of a mean over the tokens of an
 * embedding: counts how often each sample has each index, and multiplies the counts by the rows. ONNX Runtime takes twice as
 * long to add the rows one by one. Returns null for other nodes, and where the counts are too large.
 */
export function countedSum(scope: Scope, { operands, attributes, results }: OpenNode<'scatterND'>): Term | null {
  if (!scope.writer.file.isForBackend) return null;
  const [x, indices, updates] = operands;
  const [start, repeat] = [scope.maker(x), scope.maker(updates)];
  if (attributes.mode !== 'add' || start?.op !== 'constant' || start.attributes.value !== 0) return null;
  const [shape, given] = [fixedShape(scope.shape(x)), fixedShape(scope.shape(indices))];
  if (scope.type(x).dtype !== 'float32' || shape?.length !== 2 || given?.length !== 3 || given[2] !== 1) return null;
  if (repeat?.op !== 'expand' || repeat.attributes.axes.join() !== '0,2') return null;
  const [samples, tokens] = given;
  const [rows, width] = shape;
  const scattered = samples * tokens * width * PER_SCATTERED;
  const counted = samples * (tokens * PER_SCATTERED + rows * (PER_ZERO + width * PER_PRODUCT));
  if (counted >= scattered) return null;

  const { writer: w } = scope;
  // Index of the count of a row in a sample: row · samples + sample. In int64, it is out of range if that of the row is.
  const list = reshape(w, indexTerm(scope, indices), given, [samples, tokens]);
  const sampleIndices = w.int64([...Array(samples).keys()], [samples, 1]);
  const places = w.compute('Add', [w.compute('Mul', [list, w.int64([samples], [])]), sampleIndices]);
  const count = samples * tokens;
  const terms = [
    w.constant(hostArray('float32', [rows * samples], dtypes.float32.create(rows * samples))),
    reshape(w, places, [samples, tokens], [count]),
    w.constant(hostArray('float32', [count], dtypes.float32.create(count).fill(1))),
  ];
  const counts = w.emitOne('ScatterElements', terms, 'float32', { axis: int(0), reduction: text('add') });
  const product = w.compute('MatMul', [
    reshape(w, counts, [rows * samples], [rows, samples]),
    scope.term(repeat.operands[0]),
  ]);
  return reshape(w, product, [rows, width], scope.shape(results[0]));
}
