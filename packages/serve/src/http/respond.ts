/** Length of a response up to which it is written at once. */
const SHORT = 2 ** 16;

/** Creates a response of JSON from its pieces. Long texts are streamed, so that they do not block the event loop. */
export function jsonResponse(pieces: Iterable<string>, status = 200): Response {
  const iterator = pieces[Symbol.iterator]();
  let start = '';
  let next = iterator.next();
  while (next.done !== true && start.length < SHORT) {
    start += next.value;
    next = iterator.next();
  }
  const headers = { 'content-type': 'application/json' };
  if (next.done === true) return new Response(start, { status, headers });
  return new Response(streamOf(start, next.value, iterator), { status, headers });
}

function streamOf(start: string, second: string, rest: Iterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let text = start + second;
  return new ReadableStream({
    async pull(controller) {
      // Lets other requests run between pieces.
      await new Promise((resolve) => setTimeout(resolve, 0));
      let isDone = false;
      while (!isDone && text.length < SHORT) {
        const { done, value } = rest.next();
        if (done === true) isDone = true;
        else text += value;
      }
      if (text !== '') controller.enqueue(encoder.encode(text));
      text = '';
      if (isDone) controller.close();
    },
  });
}
