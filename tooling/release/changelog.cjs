/** Formats changesets for a CHANGELOG: their text without commit hashes, and one line about updated dependencies. */
module.exports = {
  getReleaseLine: async ({ summary }) => {
    const [first, ...rest] = summary.split('\n').map((line) => line.trimEnd());
    return [`- ${first}`, ...rest.map((line) => (line === '' ? '' : `  ${line}`))].join('\n');
  },
  getDependencyReleaseLine: async (_changesets, updated) =>
    updated.length === 0 ? '' : `- Needs ${updated.map(({ name, newVersion }) => `${name} ${newVersion}`).join(', ')}.`,
};
