import { isAbsolute, join } from 'node:path'
import type { Source } from './access.ts'
import { KubeconfigError } from './kubeconfig-error.ts'

export type Fields = Readonly<Record<string, unknown>>

/** One cluster, user or context of a kubeconfig. */
export interface Entry {
  readonly fields: Fields
  /** Of the file it stands in: relative paths start here. */
  readonly folder: string
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A text; empty is absent. Throws a `KubeconfigError` for anything else, which it does not quote. */
export const textOf = (fields: Fields, name: string, where: string): string | undefined => {
  const value = fields[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw new KubeconfigError(`${where}: expected "${name}" to be a string`)
  return value
}

export const textsOf = (fields: Fields, name: string, where: string): readonly string[] | undefined => {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new KubeconfigError(`${where}: expected "${name}" to be a list of strings`)
  return value.length === 0 ? undefined : value
}

const base64Text = (text: string, where: string): string => {
  const decoded = Buffer.from(text, 'base64').toString('utf8')
  if (decoded === '') throw new KubeconfigError(`${where}: expected base64`)
  return decoded
}

/** `<name>-data` (base64) wins over the file `<name>`, as in client-go. */
export const pemOf = (entry: Entry, name: string, where: string): Source | undefined => {
  const data = textOf(entry.fields, `${name}-data`, where)
  if (data !== undefined) return { value: base64Text(data, `${where}: "${name}-data"`) }
  return fileOf(entry, name, where)
}

export const fileOf = ({ fields, folder }: Entry, name: string, where: string): Source | undefined => {
  const file = textOf(fields, name, where)
  return file === undefined ? undefined : { file: isAbsolute(file) ? file : join(folder, file) }
}

/** Without the fields that are undefined. */
export const defined = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
