/**
 * The character that stands for each byte in byte-level vocabularies: printable characters of Latin-1 for themselves,
 * characters from U+0100 on for all other bytes.
 */
const byteCharacters: readonly string[] = (() => {
  let next = 0x100;
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++));
})();

const characterBytes: ReadonlyMap<string, number> = new Map(byteCharacters.map((character, byte) => [character, byte]));

const encoder = new TextEncoder();

/** Replaces each byte of the UTF-8 form of a text by its character. */
export function toByteCharacters(text: string): string {
  let characters = '';
  for (const byte of encoder.encode(text)) characters += byteCharacters[byte];
  return characters;
}

/** Returns the bytes that a token stands for; a token with other characters stands for its own UTF-8 form. */
export function bytesOfToken(token: string): readonly number[] {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = characterBytes.get(character);
    if (byte === undefined) return [...encoder.encode(token)];
    bytes.push(byte);
  }
  return bytes;
}
