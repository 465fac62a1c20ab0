import { invalid } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { recordAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'

/** The limit of the data of a Secret or ConfigMap, 1 MiB. */
export const dataLimitBytes = 1_048_576

const keyPattern = /^[-._a-zA-Z0-9]+$/
const longestKey = 253

/** What keeps a text from being a key of data, which may become the name of a file. */
const keyProblems = (key: string): string[] => {
  const problems = key.length > longestKey ? [`must be no more than ${longestKey} characters`] : []
  if (!keyPattern.test(key))
    problems.push(
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    )
  else if (key === '.' || key === '..') problems.push(`must not be '${key}'`)
  else if (key.startsWith('..')) problems.push("must not start with '..'")
  return problems
}

/** What is wrong with the keys of a map of data. */
export const dataKeyErrors = (object: KubeObject, field: string): FieldError[] =>
  Object.keys(recordAt(object, field)).flatMap((key) =>
    keyProblems(key).map((problem) => invalid(`${field}[${key}]`, key, problem)),
  )

/** Bytes of all values of a map of data. */
export const dataSize = (object: KubeObject, field: string, encoding: 'utf8' | 'base64'): number =>
  Object.values(recordAt(object, field)).reduce<number>(
    (sum, value) => sum + Buffer.byteLength(String(value), encoding),
    0,
  )
