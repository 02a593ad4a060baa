import { carrierOf } from '../write/kernels.ts';
import { isGraphDType } from '../write/tensor.ts';
import type { Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';

/** x where a condition holds, else y. */
export function where(w: Writer, condition: Term, x: Term, y: Term): Term {
  const carrier = carrierOf('Where', x.dtype) ?? x.dtype;
  const chosen = w.emitOne('Where', [condition, w.cast(x, carrier), w.cast(y, carrier)], carrier);
  return w.cast(chosen, x.dtype);
}

/** A number in the type of a value. */
export function numberLike(w: Writer, like: Term, value: number): Term {
  return isGraphDType(like.dtype) ? w.scalar(value, like.dtype) : w.int64([value], []);
}

/** Whether two values are equal, element by element. */
export function equal(w: Writer, x: Term, y: Term): Term {
  return w.compute('Equal', [x, y], { results: ['bool'] });
}
