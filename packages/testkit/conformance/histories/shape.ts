/** What values of a field are tried, and how lists of them are merged by a strategic patch. */
export type Shape =
  | { readonly form: 'one'; readonly of: readonly unknown[]; readonly mayBeOdd: boolean }
  | {
      readonly form: 'fields'
      readonly fields: Readonly<Record<string, Shape>>
      readonly required: readonly string[]
    }
  | { readonly form: 'map'; readonly keys: readonly string[]; readonly values: Shape }
  | { readonly form: 'list'; readonly items: Shape; readonly key: string | undefined }

export const one = (...of: readonly unknown[]): Shape => ({ form: 'one', of, mayBeOdd: false })

/** Sometimes it is something else altogether. */
export const odd = (of: Shape): Shape => (of.form === 'one' ? { ...of, mayBeOdd: true } : of)

/** Required fields are always there. */
export const fields = (of: Readonly<Record<string, Shape>>, ...required: readonly string[]): Shape => ({
  form: 'fields',
  fields: of,
  required,
})

export const map = (keys: readonly string[], values: Shape): Shape => ({ form: 'map', keys, values })

/** `key`: the field that a strategic patch tells items apart by. */
export const list = (items: Shape, key?: string): Shape => ({ form: 'list', items, key })
