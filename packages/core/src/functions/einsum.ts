import { ManabiError, readArgument, text as textKind } from '@manabi/errors';
import { type AxisPair, formatShape } from '@manabi/ir';
import { Tensor } from '../tensor.ts';
import { dotOf, numericPair } from './contraction.ts';
import { asNumeric, type TensorLike } from './operand.ts';
import { sum } from './reduce.ts';
import { reshape, transpose } from './shape.ts';
import { strided } from './slice.ts';

/** A tensor whose axes have names. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/**
 * Einstein's sum: products of elements with equal labels, summed over labels that are not in the result. `...` stands
 * for further axes, which broadcast. Without `->`, the result has all labels that occur once, in alphabetical order.
 * Operands are contracted from left to right.
 *
 * @throws ManabiError `argument` for a formula that cannot be read; `shape` if axes of one label differ in length
 * @example `einsum('bqhd,bkhd->bhqk', queries, keys)`
 */
export function einsum(formula: string, ...operands: readonly TensorLike[]): Tensor {
  const { inputs, output } = parse(formula, operands);
  checkLengths(formula, inputs);
  let [done, ...waiting] = inputs.map(withoutRepeats);
  done = summed(done, [...output, ...waiting.flatMap(({ labels }) => labels)]);
  while (waiting.length > 0) {
    const [next, ...later] = waiting;
    const kept = [...output, ...later.flatMap(({ labels }) => labels)];
    done = contracted(done, summed(next, [...kept, ...done.labels]), kept);
    waiting = later;
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

/** Axes of length 1 that meet a longer one of the same label leave it alone. */
function dropBroadcast(left: Labelled, right: Labelled): [Labelled, Labelled] {
  const lengthIn = ({ tensor, labels }: Labelled, label: string): number => tensor.shape[labels.indexOf(label)] ?? 1;
  const drop = (one: Labelled, other: Labelled): Labelled => {
    const stays = one.labels.filter((label) => lengthIn(one, label) !== 1 || lengthIn(other, label) === 1);
    if (stays.length === one.labels.length) return one;
    return {
      tensor: reshape(
        one.tensor,
        stays.map((label) => lengthIn(one, label)),
      ),
      labels: stays,
    };
  };
  return [drop(left, right), drop(right, left)];
}

/** Sums over the labels that nobody needs. */
function summed({ tensor, labels }: Labelled, kept: readonly string[]): Labelled {
  const axes = labels.flatMap((label, axis) => (kept.includes(label) ? [] : [axis]));
  if (axes.length === 0) return { tensor, labels };
  return { tensor: sum(tensor, axes), labels: labels.filter((label) => kept.includes(label)) };
}

/** A label that names two axes of one operand reads their diagonal. */
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
    throw unreadable(
      formula,
      "it is made of letters and '...', with commas between operands and one -> before the result",
    );
  }
  if (terms.length !== operands.length) {
    throw unreadable(formula, `it names the axes of ${terms.length} operands, but ${operands.length} were given`);
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
    throw unreadable(formula, 'each label of the result must be in an operand, and stand there once');
  }
  return { inputs, output };
}

function label(formula: string, term: string, tensor: Tensor): Labelled {
  const further = tensor.rank - term.replace('...', '').length;
  if (further < 0 || (further > 0 && !term.includes('...'))) {
    throw unreadable(formula, `${term} does not name the axes of ${formatShape(tensor.shape)}`);
  }
  // Numbered from the last axis on, where they are aligned.
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
          `Label ${each} of ${formula} has length ${known} in one operand and ${length} in another: the shapes are ` +
            `${inputs.map((input) => formatShape(input.tensor.shape)).join(' and ')}. Axes of one label are equally long.`,
          { op: 'einsum', data: { formula, label: each, lengths: [known, length] } },
        );
      }
      // An axis of length 1 meets any other, an empty one too.
      lengths.set(each, known === 1 ? length : known);
    });
  }
}

function unreadable(formula: string, why: string): ManabiError {
  return new ManabiError('argument', `The formula ${formula} cannot be read: ${why}.`, {
    op: 'einsum',
    data: { formula },
  });
}
