import { ManabiError, readArgument, text as textKind } from '@manabi/errors';
import { type AxisPair, formatShape } from '@manabi/ir';
import { Tensor } from '../tensor.ts';
import { dotOf, numericPair } from './contraction.ts';
import { asNumeric, type TensorLike } from './operand.ts';
import { sum } from './reduce.ts';
import { reshape, transpose } from './shape.ts';
import { strided } from './slice.ts';

/** An operand of einsum, with the label of each axis. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/**
 * Evaluates a formula of Einstein's summation convention, such as `ij,jk->ik` for a matrix product: multiplies elements
 * along axes with equal labels, and sums over labels that are missing from the result (NumPy `einsum`). `...` stands
 * for axes without labels, which broadcast. Without `->`, the result has all labels that occur once, in alphabetical
 * order. Operands are contracted from left to right.
 *
 * @throws ManabiError `argument` for an invalid formula; `shape` if axes with the same label have different lengths
 * @example
 * ```ts
 * import { einsum, tensor } from 'manabi';
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(await einsum('ij,jk->ik', x, x).array()); // [[7, 10], [15, 22]]
 * console.log(await einsum('ii->', x).item()); // 5
 * ```
 */
export function einsum(formula: string, ...operands: readonly TensorLike[]): Tensor {
  const { inputs, output } = parse(formula, operands);
  checkLengths(formula, inputs);
  let [done, ...pending] = inputs.map(withoutRepeats);
  done = summed(done, [...output, ...pending.flatMap(({ labels }) => labels)]);
  while (pending.length > 0) {
    const [next, ...later] = pending;
    const kept = [...output, ...later.flatMap(({ labels }) => labels)];
    done = contracted(done, summed(next, [...kept, ...done.labels]), kept);
    pending = later;
  }
  return transpose(
    done.tensor,
    output.map((label) => done.labels.indexOf(label)),
  );
}

function contracted(left: Labelled, right: Labelled, kept: readonly string[]): Labelled {
  const [a, b] = dropBroadcast(left, right);
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const pair = (label: string): AxisPair => [a.labels.indexOf(label), b.labels.indexOf(label)];
  const batch = shared.filter((label) => kept.includes(label));
  const contract = shared.filter((label) => !kept.includes(label));
  const [x, y] = numericPair('einsum', a.tensor, b.tensor);
  const free = [...a.labels, ...b.labels].filter((label) => !shared.includes(label));
  return {
    tensor: new Tensor(dotOf(x, y, batch.map(pair), contract.map(pair))),
    labels: [...batch, ...free],
  };
}

/**
 * Removes axes of length 1 from an operand if the other operand has a longer axis with the same label, against which
 * they broadcast.
 */
function dropBroadcast(left: Labelled, right: Labelled): [Labelled, Labelled] {
  const lengthIn = ({ tensor, labels }: Labelled, label: string): number => tensor.shape[labels.indexOf(label)] ?? 1;
  const drop = (one: Labelled, other: Labelled): Labelled => {
    const kept = one.labels.filter((label) => lengthIn(one, label) !== 1 || lengthIn(other, label) === 1);
    if (kept.length === one.labels.length) return one;
    return {
      tensor: reshape(
        one.tensor,
        kept.map((label) => lengthIn(one, label)),
      ),
      labels: kept,
    };
  };
  return [drop(left, right), drop(right, left)];
}

/** Sums over all axes whose labels are not in `kept`. */
function summed({ tensor, labels }: Labelled, kept: readonly string[]): Labelled {
  const axes = labels.flatMap((label, axis) => (kept.includes(label) ? [] : [axis]));
  if (axes.length === 0) return { tensor, labels };
  return { tensor: sum(tensor, axes), labels: labels.filter((label) => kept.includes(label)) };
}

/** Replaces two axes of an operand that have the same label by one axis: the diagonal of these two axes. */
function withoutRepeats({ tensor, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) !== axis);
  if (second < 0) return { tensor, labels };
  const first = labels.indexOf(labels[second]);
  const rest = labels.map((_, axis) => axis).filter((axis) => axis !== first && axis !== second);
  const length = tensor.shape[first];
  const moved = transpose(tensor, [...rest, first, second]);
  const lengths = rest.map((axis) => tensor.shape[axis]);
  const flat = reshape(moved, [...lengths, length * length]);
  const diagonal = strided(
    flat,
    flat.shape.map(() => 0),
    flat.shape,
    [...lengths.map(() => 1), length + 1],
  );
  return withoutRepeats({ tensor: diagonal, labels: [...rest.map((axis) => labels[axis]), labels[first]] });
}

function parse(formula: string, operands: readonly TensorLike[]): { inputs: Labelled[]; output: string[] } {
  const text = readArgument('einsum', 'formula', formula, textKind).replaceAll(' ', '');
  const [left, right, ...more] = text.split('->');
  const terms = left.split(',');
  const valid = [...terms, ...(right === undefined ? [] : [right])].every((term) =>
    /^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term),
  );
  if (!valid || more.length > 0) {
    throw invalidFormula(
      formula,
      "use letters and '...', commas between operands, and at most one '->' before the result",
    );
  }
  if (terms.length !== operands.length) {
    throw invalidFormula(formula, `it describes ${terms.length} operands, but ${operands.length} were passed`);
  }
  const inputs = operands.map((operand, i) => label(formula, terms[i], new Tensor(asNumeric('einsum', operand))));
  const dots = inputs
    .map(({ labels }) => labels.filter((each) => each.startsWith('.')))
    .reduce((longest, each) => (each.length > longest.length ? each : longest), []);
  const all = inputs.flatMap(({ labels }) => labels);
  const once = all.filter((each) => !each.startsWith('.') && all.indexOf(each) === all.lastIndexOf(each)).sort();
  const output = right === undefined ? [...dots, ...once] : spell(right, dots);
  const unknown = output.find((each) => !all.includes(each));
  if (unknown !== undefined || new Set(output).size !== output.length) {
    throw invalidFormula(formula, 'each label of the result must occur in an operand, and only once in the result');
  }
  return { inputs, output };
}

function label(formula: string, term: string, tensor: Tensor): Labelled {
  const further = tensor.rank - term.replace('...', '').length;
  if (further < 0 || (further > 0 && !term.includes('...'))) {
    throw invalidFormula(formula, `'${term}' does not match the axes of ${formatShape(tensor.shape)}`);
  }
  // The axes that '...' stands for are numbered from the last one, because broadcasting aligns them there.
  const dots = Array.from({ length: further }, (_, i) => `.${further - i}`);
  return { tensor, labels: spell(term, dots) };
}

function spell(term: string, dots: readonly string[]): string[] {
  const at = term.indexOf('...');
  return at < 0 ? [...term] : [...term.slice(0, at), ...dots, ...term.slice(at + 3)];
}

function checkLengths(formula: string, inputs: readonly Labelled[]): void {
  const lengths = new Map<string, number>();
  for (const { tensor, labels } of inputs) {
    labels.forEach((each, axis) => {
      const length = tensor.shape[axis];
      const known = lengths.get(each) ?? length;
      const broadcasts = each.startsWith('.') && (known === 1 || length === 1);
      if (known !== length && !broadcasts) {
        throw new ManabiError(
          'shape',
          `${each.startsWith('.') ? "An axis of '...'" : `Label '${each}'`} in '${formula}' has length ${known} in one ` +
            `operand and ${length} in another; the operands have shapes ` +
            `${inputs.map((input) => formatShape(input.tensor.shape)).join(' and ')}.`,
          { op: 'einsum', data: { formula, label: each, lengths: [known, length] } },
        );
      }
      // An axis of length 1 broadcasts to any other length, including 0.
      lengths.set(each, known === 1 ? length : known);
    });
  }
}

function invalidFormula(formula: string, why: string): ManabiError {
  return new ManabiError('argument', `Invalid formula '${formula}': ${why}.`, {
    op: 'einsum',
    data: { formula },
  });
}
