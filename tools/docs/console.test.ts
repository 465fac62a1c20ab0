import { expect, it } from 'vitest'
import { consoleSteps, isDocumented, linesOf } from './console.ts'

it('takes the commands of a block apart from what they print', () => {
  const block =
    '$ kubectl get pods\nNAME  READY\na     1/1\n\n$ kubectl wait pod/a \\\n>   --for=condition=Ready\npod/a condition met'
  expect(consoleSteps(block)).toEqual([
    { command: 'kubectl get pods', output: ['NAME  READY', 'a     1/1', ''] },
    { command: 'kubectl wait pod/a \\\n  --for=condition=Ready', output: ['pod/a condition met'] },
  ])
  expect(() => consoleSteps('pod/a condition met')).toThrow('before the first command: pod/a condition met')
})

const output = ['NAME       READY   AGE', 'hub-7f-x   1/1     4m12s', 'webhook-2  0/1     5s']

it.each([
  [['NAME  READY  AGE', 'hub-7f-x  1/1  62s', 'webhook-2  0/1  1h'], true],
  [['NAME  READY  AGE', 'hub-…  1/1  62s', 'webhook-…  0/1  1s'], true],
  [['…', 'webhook-…  0/1  62s'], true],
  [['NAME  READY  AGE', '…'], true],
  [['…'], true],
  [['NAME  READY  AGE', 'hub-…  1/1  62s'], false],
  [['NAME  READY  AGE', 'hub-…  0/1  62s', 'webhook-…  0/1  1s'], false],
  [['NAME  READY  AGE', 'hub-…  1/1', 'webhook-…  0/1  1s'], false],
  [['NAME  READY  AGE', 'hub-7f.x  1/1  62s', 'webhook-2  0/1  1s'], false],
  [['…', 'another'], false],
  [[], false],
])('%j: documented is %s', (documented, is) => {
  expect(isDocumented(documented, output)).toBe(is)
})

it('nothing is documented of a command that prints nothing', () => {
  expect(isDocumented([], [])).toBe(true)
  expect(isDocumented(['configured'], [])).toBe(false)
  expect(linesOf('a\n\n  \nb\n')).toEqual(['a', 'b'])
})
