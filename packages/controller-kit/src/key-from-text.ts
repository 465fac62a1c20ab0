import type { ObjectKey } from '@odfmo/api-types/meta'

/**
 * The key that `keyText` wrote: `namespace/name`, or `name` alone. For reconcilers whose keys are those of objects.
 *
 * @throws TypeError for any other text
 */
export const keyFromText = (text: string): ObjectKey => {
  const parts = text.split('/')
  if (parts.length > 2 || parts.includes('')) {
    throw new TypeError(`expected a key like namespace/name or name, got "${text}"`)
  }
  const [first = '', second] = parts
  return second === undefined ? { name: first } : { namespace: first, name: second }
}
