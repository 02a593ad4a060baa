/** How changesets become a CHANGELOG: what was written, without hashes of commits, and one line on the other packages. */
module.exports = {
  getReleaseLine: async ({ summary }) => {
    const [first, ...rest] = summary.split('\n').map((line) => line.trimEnd());
    return [`- ${first}`, ...rest.map((line) => (line === '' ? '' : `  ${line}`))].join('\n');
  },
  getDependencyReleaseLine: async (_changesets, updated) =>
    updated.length === 0
      ? ''
      : `- Goes with ${updated.map(({ name, newVersion }) => `${name} ${newVersion}`).join(', ')}.`,
};
