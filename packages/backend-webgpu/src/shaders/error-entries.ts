/**
 * Entries for invalid indices per site in the record of index errors. The index at position `i` is stored in entry `i`
 * modulo this number.
 */
export const recordedIndices = 64;

/** Number of words per site in the record of index errors. */
export const wordsOfSite = 1 + recordedIndices;
