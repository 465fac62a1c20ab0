// How changesets writes a CHANGELOG.md (.changeset/config.json): in the words of the changesets alone, the same on every machine.

/** One changeset, as a list item. */
export function getReleaseLine({ summary }) {
  const [first, ...more] = summary.trim().split('\n')
  return [`- ${first}`, ...more.map((line) => (line.trim() === '' ? '' : `  ${line}`))].join('\n')
}

/** What a package depends on has a new version: once, not for each changeset that caused it. */
export function getDependencyReleaseLine(_changesets, updated) {
  if (updated.length === 0) return ''
  return [
    '- Updated dependencies:',
    ...updated.map(({ name, newVersion }) => `  - ${name} ${newVersion}`),
  ].join('\n')
}
