import { subdomainProblems } from '../verbs/names.ts'

const namePattern = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/
const nameDetail =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const valueDetail =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const limit = 63

/** What keeps a text from being the key of a label, `example.com/name`; annotations and finalizers have the same rule. */
export const qualifiedNameProblems = (key: string): string[] => {
  const parts = key.split('/')
  if (parts.length > 2)
    return [
      `a valid label key ${nameDetail} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  const prefix = parts.length === 2 ? parts[0] : undefined
  const name = parts.at(-1) ?? ''
  const problems =
    prefix === ''
      ? ['prefix part must be non-empty']
      : subdomainProblems(prefix ?? 'none').map(
          // of names the server counts characters, here bytes
          (problem) => `prefix part ${problem.replace(/(\d+) characters$/, '$1 bytes')}`,
        )
  if (name === '') problems.push('name part must be non-empty')
  else if (name.length > limit) problems.push(`name part must be no more than ${limit} bytes`)
  if (!namePattern.test(name)) problems.push(`name part ${nameDetail}`)
  return problems
}

/** What keeps a text from being the value of a label. */
export const labelValueProblems = (value: string): string[] => [
  ...(value.length > limit ? [`must be no more than ${limit} bytes`] : []),
  ...(value === '' || namePattern.test(value) ? [] : [valueDetail]),
]
