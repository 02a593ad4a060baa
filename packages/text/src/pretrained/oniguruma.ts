import { fileError } from './component.ts';

/** Characters of words in classes of Oniguruma. */
const WORD_IN_CLASS = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}';

/** Characters of words outside of classes, where Oniguruma adds the superscripts and fractions of Latin-1. */
const WORD = `${WORD_IN_CLASS}\\xb2\\xb3\\xb9\\xbc-\\xbe`;

/** Escapes that mean the same set of characters in and outside of classes. */
const SETS: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  s: '\\p{White_Space}',
  S: '\\P{White_Space}',
  n: '\\n',
  r: '\\r',
  t: '\\t',
  f: '\\f',
  v: '\\v',
  a: '\\x07',
  e: '\\x1b',
};

/** Escapes that match a position or, outside of classes, one character. */
const OUTSIDE: Readonly<Record<string, string>> = {
  w: `[${WORD}]`,
  W: `[^${WORD}]`,
  h: '[0-9a-fA-F]',
  H: '[^0-9a-fA-F]',
  A: '(?<![\\s\\S])',
  z: '(?![\\s\\S])',
  Z: '(?=\\n?(?![\\s\\S]))',
  b: `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`,
  B: `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`,
};

const INSIDE: Readonly<Record<string, string>> = { w: WORD_IN_CLASS, h: '0-9a-fA-F' };

/** Characters outside ASCII that are equal to an ASCII letter if case is ignored. */
const FOLDED: Readonly<Record<string, string>> = { s: '\u017f', k: '\u212a' };

/**
 * Translates a regular expression of Oniguruma, which tokenizer files contain, to JavaScript. The classes of Oniguruma
 * are those of Unicode: `\s` includes U+0085, and `\w` includes all letters.
 *
 * @param path where the expression is in the file
 * @throws ManabiError `file` for syntax that has no translation
 */
export function translateRegExp(pattern: string, path: string): RegExp {
  const fail = (what: string): Error =>
    fileError(path, `${what} in the pattern ${JSON.stringify(pattern)} is not supported.`);
  /** Whether case is ignored, in each of the open groups. */
  const ignoresCase = [false];
  let output = '';
  let inClass = false;
  let i = 0;

  const literal = (character: string): string => {
    if (!ignoresCase[ignoresCase.length - 1] || !/[a-z]/i.test(character)) return character;
    const lower = character.toLowerCase();
    const all = `${lower}${lower.toUpperCase()}${FOLDED[lower] ?? ''}`;
    return inClass ? all : `[${all}]`;
  };

  const escaped = (): string => {
    const letter = pattern[i + 1] ?? '';
    const rest = pattern.slice(i);
    const property = /^\\([pP])\{(\^?)([^}]+)\}/.exec(rest);
    if (property !== null) {
      i += property[0].length;
      return propertyClass(property[1], property[2] === '^', property[3]) ?? raise(property[0]);
    }
    const code = /^\\(?:x\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(rest);
    if (code !== null) {
      i += code[0].length;
      return `\\u{${code[1] ?? code[2] ?? code[3]}}`;
    }
    i += 2;
    if (letter in SETS) return SETS[letter];
    if (inClass && letter in INSIDE) return INSIDE[letter];
    if (!inClass && letter in OUTSIDE) return OUTSIDE[letter];
    if (letter === '' || /[a-zA-Z0-9]/.test(letter)) throw fail(`\\${letter}`);
    return /[\^$\\.*+?()[\]{}|/]/.test(letter) || (inClass && letter === '-') ? `\\${letter}` : letter;
  };

  const opened = (): string => {
    const rest = pattern.slice(i);
    const flags = /^\(\?(-?)i([:)])/.exec(rest);
    if (flags !== null) {
      i += flags[0].length;
      if (flags[2] === ')') {
        ignoresCase[ignoresCase.length - 1] = flags[1] === '';
        return '';
      }
      ignoresCase.push(flags[1] === '');
      return '(?:';
    }
    const group = /^\((?:\?(?::|=|!|<=|<!|<[A-Za-z]\w*>))?/.exec(rest)?.[0] ?? '(';
    if (group === '(' && rest[1] === '?') throw fail(rest.slice(0, 4));
    i += group.length;
    ignoresCase.push(ignoresCase[ignoresCase.length - 1]);
    return group;
  };

  const quantifier = (): string => {
    const [whole, low, comma, high] = /^\{(\d*)(,?)(\d*)\}/.exec(pattern.slice(i)) ?? ['', '', '', ''];
    if (whole === '' || (low === '' && high === '')) {
      i++;
      return '\\{';
    }
    i += whole.length;
    if (pattern[i] === '+') throw fail(`${whole}+`);
    return `{${low === '' ? 0 : low}${comma}${high}}`;
  };

  function raise(what: string): never {
    throw fail(what);
  }

  while (i < pattern.length) {
    const character = String.fromCodePoint(pattern.codePointAt(i) ?? 0);
    if (character === '\\') {
      output += escaped();
    } else if (inClass) {
      if (character === '[' || pattern.startsWith('&&', i)) throw fail('A nested class');
      if (character === ']') inClass = false;
      // A range of letters is copied, so that ignoring case cannot change its ends.
      const range = /^[a-zA-Z]-[a-zA-Z]/.exec(pattern.slice(i))?.[0];
      if (range !== undefined && ignoresCase[ignoresCase.length - 1]) throw fail(`The range ${range} without case`);
      output += range ?? literal(character);
      i += range?.length ?? character.length;
    } else if (character === '[') {
      inClass = true;
      i++;
      output += character;
      if (pattern[i] === '^') output += pattern[i++];
      if (pattern[i] === ']') {
        output += '\\]';
        i++;
      }
    } else if (character === '(') {
      output += opened();
    } else if (character === ')') {
      ignoresCase.pop();
      output += character;
      i++;
    } else if (character === '{') {
      output += quantifier();
    } else {
      if (/[*+?]/.test(character) && pattern[i + 1] === '+') throw fail(`The possessive quantifier ${character}+`);
      output += OTHERS[character] ?? literal(character);
      i += character.length;
    }
  }
  try {
    return new RegExp(output, 'gu');
  } catch (cause) {
    throw fileError(path, `The pattern ${JSON.stringify(pattern)} is not a regular expression.`, cause);
  }
}

/** Lines end at line feeds only, and `^` and `$` match at every line. */
const OTHERS: Readonly<Record<string, string>> = {
  '.': '[^\\n]',
  '^': '(?<![^\\n])',
  $: '(?![^\\n])',
  '}': '\\}',
  ']': '\\]',
};

/** Returns the JavaScript class of a Unicode property or script, or null for an unknown name. */
function propertyClass(letter: string, negated: boolean, name: string): string | null {
  const isNegative = (letter === 'P') !== negated;
  for (const property of [name, `Script=${name}`]) {
    try {
      const found = `\\${isNegative ? 'P' : 'p'}{${property}}`;
      new RegExp(found, 'u');
      return found;
    } catch {
      // The next form is tried.
    }
  }
  return null;
}
