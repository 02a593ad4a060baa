/**
 * Source of the function `takeTasks`, with which helpers and the coordinator take tasks of the open job until none is left; see
 * `Pool.run`. It uses `c`, the words, and `at`, their positions.
 */
export const takingSource = `function takeTasks(tasks, threads, runTasks) {
  const parts = 2 * threads;
  for (let begin = Atomics.load(c, at.next); begin < tasks; ) {
    const end = begin + Math.max(1, Math.floor((tasks - begin) / parts));
    const found = Atomics.compareExchange(c, at.next, begin, end);
    if (found !== begin) {
      begin = found;
      continue;
    }
    runTasks(begin, end);
    begin = Atomics.load(c, at.next);
  }
}`;
