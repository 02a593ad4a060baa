import { ManabiError } from '@manabi/core';
import { didYouMean } from '@manabi/errors/internal';
import type { Logs } from '@manabi/layers';

const FIELD = /\{(\w+)(?::([^{}]*))?\}/g;
/** Python's format of a number: width, leading zeros, precision, type. */
const FORMAT = /^(0?)(\d*)(?:\.(\d+))?([defg]?)$/;

/**
 * Checks the placeholders of a path, in Python's format syntax: `{epoch:02d}`, `{valLoss:.2f}`.
 *
 * @throws ManabiError `argument` for an invalid format
 */
export function checkTemplate(op: string, template: string): void {
  for (const [field, , format = ''] of template.matchAll(FIELD)) {
    if (FORMAT.test(format)) continue;
    throw new ManabiError(
      'argument',
      `Invalid placeholder ${field} in \`filepath\`. Use a number format such as {epoch:02d} or {valLoss:.2f}.`,
      {
        op,
        data: { field, format },
      },
    );
  }
}

/**
 * Replaces the placeholders of a path by numbers. Names may also be spelled as in Keras: `val_loss` for `valLoss`.
 *
 * @throws ManabiError `argument` for an unknown name, with the nearest names
 */
export function fillTemplate(op: string, template: string, values: Logs): string {
  const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();
  const byPlainName = new Map(Object.entries(values).map(([name, value]) => [plain(name), value]));
  return template.replace(FIELD, (field: string, name: string, format = '') => {
    const value = byPlainName.get(plain(name));
    if (value !== undefined) return formatted(value, format);
    throw new ManabiError(
      'argument',
      `Unknown name '${name}' in placeholder ${field} of \`filepath\`. ${didYouMean(name, Object.keys(values))}`,
      {
        op,
        data: { field, name, known: Object.keys(values) },
      },
    );
  });
}

function formatted(value: number, format: string): string {
  const [, zero = '', width = '', digits = '', kind = ''] = FORMAT.exec(format) ?? [];
  return textOf(value, digits, kind).padStart(Number(width), zero === '0' ? '0' : ' ');
}

function textOf(value: number, digits: string, kind: string): string {
  const count = digits === '' ? 6 : Number(digits);
  switch (kind) {
    case 'd':
      return String(Math.trunc(value));
    case 'f':
      return value.toFixed(count);
    case 'e':
      // Python writes at least two digits of the exponent.
      return value.toExponential(count).replace(/e([+-])(\d)$/, 'e$10$2');
    default:
      return digits === '' ? String(value) : String(Number(value.toPrecision(Math.max(1, count))));
  }
}
