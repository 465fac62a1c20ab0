const subdomainPattern = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/
const labelPattern = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/

const subdomainDetail =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const labelDetail =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

/** What keeps a text from being a DNS subdomain (RFC 1123), the rule of most names. */
export const subdomainProblems = (name: string): string[] => [
  ...(name.length > 253 ? ['must be no more than 253 characters'] : []),
  ...(subdomainPattern.test(name) ? [] : [subdomainDetail]),
]

/** What keeps a text from being a DNS label (RFC 1123), the rule of namespaces. */
export const labelProblems = (name: string): string[] => {
  const problems = name.length > 63 ? ['must be no more than 63 characters'] : []
  if (labelPattern.test(name)) return problems
  return [...problems, subdomainPattern.test(name) ? 'must not contain dots' : labelDetail]
}

const label1035Pattern = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/
const label1035Detail =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"

/** What keeps a text from being a DNS label (RFC 1035), the rule of resources and versions. */
export const label1035Problems = (name: string): string[] => [
  ...(name.length > 63 ? ['must be no more than 63 characters'] : []),
  ...(label1035Pattern.test(name) ? [] : [label1035Detail]),
]

/** What keeps a text from being a kind. */
export const kindProblems = (kind: string): string[] =>
  label1035Problems(kind.toLowerCase()).map(
    (problem) => `may have mixed case, but should otherwise match: ${problem}`,
  )

/** What keeps a text from being one segment of a path, the rule of RBAC names. */
export const pathSegmentProblems = (name: string): string[] => {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%']
    .filter((character) => name.includes(character))
    .map((character) => `may not contain '${character}'`)
}

const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** `generateName` with five characters after it, within the 63 of a label. */
export const generatedName = (prefix: string, random: () => number): string => {
  let suffix = ''
  for (let count = 0; count < 5; count++)
    suffix += suffixAlphabet[Math.floor(random() * suffixAlphabet.length)]
  return prefix.slice(0, 58) + suffix
}
