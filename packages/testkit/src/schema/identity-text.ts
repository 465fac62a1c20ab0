import { isJsonObject } from '../kube-object.ts'

/** A text that is the same for equal JSON values, and for them alone; the order of fields does not matter. */
export const identityText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(identityText).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'null'
  const fields = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
  return `{${fields.map((name) => `${JSON.stringify(name)}:${identityText(value[name])}`).join(',')}}`
}
