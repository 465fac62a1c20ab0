/**
 * What an object has itself under a name: a ConfigMap may have a key `constructor`, which every object in JavaScript
 * inherits.
 */
export const own = (object: object, key: string): unknown =>
  Object.hasOwn(object, key) ? (object as Readonly<Record<string, unknown>>)[key] : undefined

/** Sets what the object has itself; a plain assignment to `__proto__` would set something else. */
export const setOwn = (object: Record<string, unknown>, key: string, value: unknown): void => {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true })
}
