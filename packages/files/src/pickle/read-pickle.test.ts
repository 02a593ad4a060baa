import { describe, expect, test } from '@jest/globals';
import type { PickleRules } from './pickle-rules.ts';
import { callPython, isPythonFunction } from './python-functions.ts';
import { readPickle } from './read-pickle.ts';

/** Rules of plain values, with `make.box` for an object, and external objects. */
const rules: PickleRules = {
  fix: 'Save only boxes.',
  isKnown: (name) => name === 'make.box' || isPythonFunction(name),
  call: ({ name }, args, context) => (name === 'make.box' ? { kind: 'box', args } : callPython(name, args, context)),
  build: (target, state) => target instanceof Map && state instanceof Map,
  persistent: (id) => (typeof id === 'number' ? { kind: `external ${id}` } : undefined),
  python2String: (bytes) => new TextDecoder().decode(bytes),
};
/** Returns the bytes of text, each character of which is one byte. */
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const read = (text: string): unknown => readPickle(bytesOf(text), 'a.pkl', rules).value;

describe('readPickle', () => {
  test('reads pickles in a row, given where each one ends', () => {
    const bytes = bytesOf('K\x01.K\x02.!');
    expect(readPickle(bytes, 'a.pkl', rules)).toEqual({ value: 1, end: 3 });
    expect(readPickle(bytes, 'a.pkl', rules, 3)).toEqual({ value: 2, end: 6 });
  });

  test.each([
    [
      2,
      '\x80\x02]q\x00(c__builtin__\nset\nq\x01]q\x02(K\x01K\x02e\x85q\x03Rq\x04c__builtin__\nfrozenset\nq\x05]q\x06K\x03a\x85q\x07R' +
        'q\x08c__builtin__\nbytes\nq\t)Rq\nc__builtin__\nbytearray\nq\x0bc_codecs\nencode\nq\x0cX\x02\x00\x00\x00\xc3\xbfq\rX\x06\x00' +
        '\x00\x00latin1q\x0e\x86q\x0fRq\x10\x85q\x11Rq\x12X\x04\x00\x00\x00\xef\xbb\xbfxq\x13e.',
    ],
    [
      5,
      '\x80\x05\x95%\x00\x00\x00\x00\x00\x00\x00]\x94(\x8f\x94(K\x01K\x02\x90(K\x03\x91\x94C\x00\x94\x96\x01\x00\x00\x00\x00\x00\x00' +
        '\x00\xff\x94\x8c\x04\xef\xbb\xbfx\x94e.',
    ],
  ])('reads sets, bytes, byte arrays and byte order marks that Python wrote in protocol %i', (_, text) => {
    expect(read(text)).toEqual([[1, 2], [3], new Uint8Array(0), Uint8Array.of(255), '\ufeffx']);
  });

  test.each([
    [0, '((lp0\n(g0\nI1\ntp1\naI1\n000g1\n.'],
    [1, '(]q\x00(h\x00K\x01tq\x01aK\x011h\x01.'],
  ])('reads a tuple that Python wrote in protocol %i, whose list contains it', (_, text) => {
    const value = read(text);
    expect(value).toEqual([[expect.anything()], 1]);
    // The assertion above has checked the structure.
    expect((value as readonly (readonly unknown[])[])[0][0]).toBe(value);
  });

  test('decodes strings of Python 2 with the rules, after their escapes', () => {
    expect(read("S'a\\x62\\\\n\\'\\n\\303\\251'\n.")).toBe("ab\\n'\né");
    expect(read('U\x02\xc3\xa9.')).toBe('é');
    expect(() => read("S'a\n.")).toThrow('a string has no quotes at byte 0');
  });

  test('creates objects with the rules', () => {
    expect(read('cmake\nbox\n(K\x01tR.')).toEqual({ kind: 'box', args: [1] });
    expect(read('cmake\nbox\nK\x01\x85\x81.')).toEqual({ kind: 'box', args: [1] });
    expect(read('K\x07Q.')).toEqual({ kind: 'external 7' });
    expect(read('}}b.')).toEqual(new Map());
    expect(() => read('}Nb.')).toThrow('the state of an object is invalid at byte 2');
    expect(() => read('NQ.')).toThrow('a reference to data outside it is invalid at byte 1');
    expect(() => readPickle(bytesOf('K\x07Q.'), 'a', { ...rules, persistent: undefined })).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });

  test('names the object, the position, and what to do instead', () => {
    expect(() => read('Ncos\nsystem\n.')).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: "Unsupported pickle a.pkl: it contains an object of 'os.system' at byte 1. Save only boxes.",
        data: { source: 'a.pkl', what: "an object of 'os.system'", global: 'os.system', position: 1 },
      }),
    );
    expect(() => read('Ni__main__\nNet\n.')).toThrow('it contains the unknown instruction 0x69 at byte 1. Save only');
  });

  test.each([
    ['a value below a mark', '(N(N0N0at.', 'a value is missing'],
    ['an index beyond the size of the pickle', 'Nr\xff\xff\xff\x7f.', 'the index 2147483647 is invalid'],
    ['a negative index', 'Np-1\n.', 'the index -1 is invalid'],
    ['an index that has no value', 'g5\n.', 'no value 5 to refer to'],
    ['an integer that takes long to read', `L${'9'.repeat(5000)}L\n.`, 'an integer is invalid'],
    ['text that ends early', 'X\xff\xff\xff\x7fa', 'it is truncated'],
  ])('rejects %s', (_, text, problem) => {
    expect(() => read(text)).toThrow(problem);
  });

  test('rejects pickles that copy one text many times', () => {
    const encode = `c_codecs\nencode\nq\x00X\x00\x10\x00\x00${'a'.repeat(4096)}X\x06\x00\x00\x00latin1\x86q\x01`;
    expect(read(`${encode}h\x00h\x01R.`)).toHaveLength(4096);
    expect(() => read(`${encode}${'h\x00h\x01R'.repeat(20)}.`)).toThrow(expect.objectContaining({ code: 'tooLarge' }));
  });

  test('shares the text of a key that many dictionaries refer to', () => {
    const length = 100_000;
    const size = String.fromCharCode(length & 255, (length >> 8) & 255, length >> 16, 0);
    const many = 20_000;
    const value = read(`](B${size}${'k'.repeat(length)}q\x000${'}h\x00Ns'.repeat(many)}e.`);
    expect(value).toHaveLength(many);
  });
});
