import { invalid, required, tooLong } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { labelProblems, subdomainProblems } from '../verbs/names.ts'

const longestDomain = 253
/** A domain, a slash, and a path that names a namespaced object. */
const longestName = longestDomain + 1 + (253 + 63 + 1)

const segmentErrors = (
  path: string,
  segment: string,
  problemsOf: (label: string) => readonly string[],
): FieldError[] =>
  segment
    .split('.')
    .flatMap((label) =>
      problemsOf(label).map((problem) =>
        invalid(path, segment, `validating label ${JSON.stringify(label)}: ${problem}`),
      ),
    )

/** What is wrong with the name of a signer, `example.com/name`. */
export const signerNameErrors = (path: string, name: string): FieldError[] => {
  if (name === '') return [required(path)]
  const [domain = '', rest, ...more] = name.split('/')
  if (rest === undefined || more.length > 0) {
    const why = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
    return [invalid(path, name, why)]
  }
  return [
    ...(domain.length > longestDomain ? [tooLong(path, longestDomain)] : []),
    ...segmentErrors(path, domain, labelProblems),
    ...(domain.includes('.')
      ? []
      : [invalid(path, domain, 'should be a domain with at least two segments separated by dots')]),
    ...segmentErrors(path, rest, subdomainProblems),
    ...(name.length > longestName ? [tooLong(path, longestName)] : []),
  ]
}
