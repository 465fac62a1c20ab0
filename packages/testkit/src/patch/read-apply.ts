import { parseDocument } from 'yaml'
import { badRequest } from '../api-error.ts'
import { isJsonObject } from '../kube-object.ts'

export const applyPatchType = 'application/apply-patch+yaml'

/** A configuration to apply. */
export interface SentConfig {
  readonly config: Record<string, unknown>
  /** What a strict reader has against it. */
  readonly problems: readonly string[]
}

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

const refused = (why: string): Error => badRequest(`error decoding YAML: ${why}`)

/** Aliases may not make a small body a large one. */
const mostAliases = 100

/** Fields that are there twice, with the line that they are there again. */
const repeated = (text: string): string[] => {
  const { errors } = parseDocument(text, { version: '1.1', uniqueKeys: true, prettyErrors: true })
  return errors
    .filter(({ code }) => code === 'DUPLICATE_KEY')
    .map(({ linePos, pos }) => {
      const [line] = linePos ?? []
      const name = /^"?([^":\s]+)/.exec(text.slice(pos[0]))?.[1] ?? ''
      return `line ${line?.line ?? 1}: key ${JSON.stringify(name)} already set in map`
    })
}

/** The refusal of a strict reader. */
export const strictRefusal = (problems: readonly string[]): Error =>
  badRequest(
    `error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
  )

/** Reads a configuration of YAML, which JSON is too. Throws 400. */
export const readApply = (body: Buffer, isChecked: boolean): SentConfig => {
  const text = body.toString('utf8')
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false, prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) throw refused(`error converting YAML to JSON: yaml: ${error.message}`)
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: mostAliases })
  } catch (problem) {
    throw refused(`error converting YAML to JSON: yaml: ${problem instanceof Error ? problem.message : ''}`)
  }
  const config = value ?? {}
  if (!isJsonObject(config))
    throw refused(
      `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kindOf(config)} into Go value of type map[string]interface {}`,
    )
  return { config, problems: isChecked ? repeated(text) : [] }
}
