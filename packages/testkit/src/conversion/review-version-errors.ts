import { invalid, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { label1035Problems } from '../verbs/names.ts'

/** Versions of reviews that a webhook takes, of which one has to be known. */
export const reviewVersionErrors = (
  versions: readonly unknown[],
  path: string,
  { known, whyRequired }: { readonly known: readonly string[]; readonly whyRequired?: string },
): FieldError[] => {
  if (versions.length === 0) return [required(path, whyRequired)]
  const errors = versions.flatMap((version, at) =>
    versions.indexOf(version) < at
      ? [invalid(`${path}[${at}]`, version, 'duplicate version')]
      : label1035Problems(String(version)).map((problem) => invalid(`${path}[${at}]`, version, problem)),
  )
  return versions.some((version) => known.includes(String(version)))
    ? errors
    : [...errors, invalid(path, versions, `must include at least one of ${known.join(', ')}`)]
}
