/** A module of functions that tests of `mapOnWorkers` call on worker threads. */
const program = `
export const double = (element) => 2 * element;

export function failing(element) {
  if (element === 3) throw new RangeError('three is too many');
  return element;
}

export const sumOf = ({ x }, { index }) => ({
  sum: x.data.reduce((sum, value) => sum + value, 0),
  index,
  bytes: x.data.buffer.byteLength,
});

const shared = new Float32Array([1, 2, 3, 4]);

export const viewOfKept = (element) => ({ a: shared.subarray(0, 2), b: shared.subarray(1, 3), element });

export async function slow(element) {
  await new Promise((resolve) => setTimeout(resolve, element === 0 ? 40 : 1));
  return element;
}

export function failingLater(element) {
  setTimeout(() => {
    throw new RangeError('too late');
  }, 5);
  return element;
}

export const never = () => new Promise(() => {});
export const notCloneable = () => () => 1;
`;

/** URL of a module with functions for worker threads. */
export const workerModule: string = `data:text/javascript,${encodeURIComponent(program)}`;
