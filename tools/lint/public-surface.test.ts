import { expect, test } from 'vitest'
import { exportedNames } from './public-surface.ts'

test.each([
  ["export { b, type A } from './a.ts'", ['type A', 'value b']],
  ["export type {\n  A,\n  B as C,\n} from './a.ts'\n", ['type A', 'type C']],
  ['export interface A {}\nexport type B = A\nexport class C {}', ['type A', 'type B', 'value C']],
  ['export const a = 1\nexport async function b() {}\nconst c = 2', ['value a', 'value b']],
])('the exported names of %j are found', (text, names) => {
  expect(exportedNames(text)).toEqual(names)
})
