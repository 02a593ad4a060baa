import type { OpName } from '../graph/graph.ts';
import { interpretReference } from '../interpret.ts';
import { evaluateAssemble, evaluatePointwise } from './evaluate-lowering.fixture.ts';
import { graphBuilder } from './graph-builder.ts';
import { operators } from './index.ts';
import type { Lowering } from './lowering.ts';
import { lowerings } from './lowerings-table.ts';
import type { Operator } from './operator.ts';
import type { Reference, ReferenceArray } from './reference.ts';
import { storedArray, toReference } from './reference-array.ts';
import { references } from './reference-table.ts';
import type { Sample } from './sample.ts';
import { sampleInputs } from './sample-data.ts';

/** Results of an operator for a sample, computed by its reference implementation and by its lowering. */
export interface LoweringComparison {
  readonly byReference: readonly ReferenceArray[];
  /**
   * Null for lowering classes that this fixture cannot evaluate: `reduce`, `argReduce`, `scan`, `call`, `branch` and
   * `loop`.
   */
  readonly byLowering: readonly ReferenceArray[] | null;
}

/**
 * Computes the results of an operator for a sample in two ways: by its reference implementation, and by its lowering
 * (the expression, the pieces, or the body of a routine).
 */
export function compareLowering<K extends OpName>(op: K, sample: Sample<K>): LoweringComparison {
  const { infer }: Operator<K> = operators[op];
  const lowering: Lowering<K> = lowerings[op];
  const reference: Reference<K> = references[op];
  const { attributes } = sample;
  const operands = sampleInputs(sample).map(toReference);
  const results = infer(sample.operands, attributes);
  const byReference = reference(operands, attributes, results, interpretReference).map(storedArray);
  switch (lowering.class) {
    case 'pointwise':
      return {
        byReference,
        byLowering: evaluatePointwise(lowering, { operands, results, attributes }, operands).map(storedArray),
      };
    case 'assemble':
      return {
        byReference,
        byLowering: evaluateAssemble(lowering, { operands, results, attributes }, operands).map(storedArray),
      };
    case 'routine': {
      const b = graphBuilder();
      const inputs = operands.map(({ dtype, shape }) => b.input({ dtype, shape }));
      // Bodies round the products of float16 before they sum them, so compilers compute them in float32.
      const wide = inputs.map((x) => (b.dtype(x) === 'float16' ? b.cast(x, 'float32') : x));
      const computed = lowering.body(b, wide, attributes);
      const body = b.finish(computed.map((y, i) => b.cast(y, results[i].dtype)));
      return { byReference, byLowering: interpretReference(body, operands) };
    }
    case 'reduce':
    case 'argReduce':
    case 'scan':
    case 'call':
    case 'branch':
    case 'loop':
      return { byReference, byLowering: null };
  }
}
