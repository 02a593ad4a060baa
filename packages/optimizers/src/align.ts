import { isTensor, ManabiError, type Tensor } from '@manabi/core';
import { describeGiven, isPlainObject } from '@manabi/errors/internal';

/**
 * Returns the tensors of a tree in the order in which the tensors of `params` are listed.
 *
 * @param label name of the tree in messages, such as `grads`
 * @throws ManabiError `argument`, with the path of the first difference, if the structure of the tree differs from that
 * of `params`
 */
export function alignLeaves(op: string, label: string, params: unknown, other: unknown): Tensor[] {
  const found: Tensor[] = [];
  const visit = (param: unknown, part: unknown, path: string): void => {
    if (isTensor(param)) {
      if (!isTensor(part)) throw notAlike(op, label, path, 'a tensor', part);
      found.push(part);
      return;
    }
    const keys = keysOf(param);
    if (keys === null) return;
    const others = isTensor(part) ? null : keysOf(part);
    if (others === null || Array.isArray(param) !== Array.isArray(part)) {
      throw notAlike(op, label, path, Array.isArray(param) ? 'an array' : 'an object', part);
    }
    const extra = others.find((key) => !keys.includes(key));
    if (extra !== undefined) throw notAlike(op, label, join(path, extra), 'nothing', child(part, extra));
    for (const key of keys) visit(child(param, key), child(part, key), join(path, key));
  };
  visit(params, other, '');
  return found;
}

/** Returns the keys of an object or array; null for any other value. */
function keysOf(part: unknown): string[] | null {
  return Array.isArray(part) || isPlainObject(part) ? Object.keys(part) : null;
}

function child(part: unknown, key: string): unknown {
  return typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function notAlike(op: string, label: string, path: string, expected: string, part: unknown): ManabiError {
  const given = isTensor(part) ? `${part}` : describeGiven(part);
  return new ManabiError(
    'argument',
    `\`${label}\` must have the same structure as the parameters: expected ${expected} at ` +
      `${path === '' ? 'the root' : path}; got ${given}.`,
    { op, data: { tree: label, path } },
  );
}
