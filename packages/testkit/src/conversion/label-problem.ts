import type { FieldError } from '../field-error.ts'
import { jsonEqual } from '../kube-object.ts'
import { metadataErrors } from '../verbs/object-meta.ts'

/** As Go prints several errors in one. */
const together = (errors: readonly FieldError[]): string => {
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))]
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`
}

/** What is wrong with the labels or annotations that a webhook gave an object, if they are not those from before. */
export const labelsProblem = (
  field: 'labels' | 'annotations',
  texts: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>> | undefined,
): string | undefined => {
  if (jsonEqual(texts, before ?? {})) return undefined
  const errors = metadataErrors({ name: 'a', [field]: texts }, () => [])
  // the real server has lost a letter here
  return errors.length === 0
    ? undefined
    : together(errors).replaceAll('metadata.annotations', 'metadata.annotation')
}
