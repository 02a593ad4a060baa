import { formatType, type Graph, ManabiError, type Value } from '@manabi/ir';
import { storedBytes } from '../memory/stored-bytes.ts';
import type { PlanTarget } from '../target.ts';

/**
 * Checks that no stored value is larger than a buffer of the target.
 *
 * @param stored stored values; inputs may be missing
 * @throws ManabiError `memory`, naming the first value that is too large
 */
export function checkSizes(
  graph: Graph,
  stored: ReadonlySet<Value>,
  isPacked: (input: number) => boolean,
  target: PlanTarget,
): void {
  const { largestBuffer, name } = target;
  if (largestBuffer === null) return;
  const inputs = Array.from({ length: graph.inputCount }, (_, input) => input);
  for (const value of [...inputs, ...stored]) {
    const type = graph.types[value];
    const isInput = value < graph.inputCount;
    const bytes = storedBytes(target, type, isInput && isPacked(value));
    if (bytes <= largestBuffer) continue;
    throw new ManabiError(
      'memory',
      `${isInput ? `Input ${value} of the graph` : resultName(graph, value)}, ${formatType(type)}, takes ${bytes} bytes; ` +
        `backend "${name}" supports at most ${largestBuffer} bytes per buffer. Compute it in parts, or run the graph on ` +
        'another backend.',
      { op: 'compile', data: { bytes, most: largestBuffer, type, backend: name } },
    );
  }
}

function resultName({ nodes }: Graph, value: Value): string {
  const maker = nodes.find(({ results }) => results.includes(value));
  return `The result of ${maker?.op ?? 'the graph'}`;
}
