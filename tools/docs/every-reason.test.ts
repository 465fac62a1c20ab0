import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../command/root.ts'
import { hubReference } from '../reference/hub-reference.ts'

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

/** What is marked as code in a text. */
const named = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name))

it('whatever reason the hub gives stands in the troubleshooting', async () => {
  const { reasons, addOnConditionReasons, requestReasons } = await hubReference()
  const all = [...reasons, ...addOnConditionReasons]
    .map(({ reason }) => reason)
    .concat(Object.keys(requestReasons))
  expect(all.length).toBeGreaterThan(80)
  const found = named(read('docs/troubleshoot.md'))
  expect(all.filter((reason) => !found.has(reason))).toEqual([])
})

it('so does whatever an agent tells its administrators', () => {
  const [, table = ''] =
    /## What it tells\n([^]*?)(?=\n## |$)/.exec(read('packages/token-exchange-agent/README.md')) ?? []
  const told = table.split('\n').flatMap((row) => [...named(row.split('|')[1] ?? '')])
  expect(told.length).toBeGreaterThan(5)
  const found = named(read('docs/troubleshoot.md'))
  expect(told.filter((reason) => !found.has(reason))).toEqual([])
})

it('each reason of a MirrorPeer leads to what the reference says of it', async () => {
  const { reasons } = await hubReference()
  const text = read('docs/troubleshoot.md')
  const without = reasons.filter(({ reason }) => {
    return !text.includes(`[\`${reason}\`](reference/conditions.md#${reason.toLowerCase()})`)
  })
  expect(without.map(({ reason }) => reason)).toEqual([])
})

it('every alert has a section, and every section an alert', () => {
  const alerts = [...read('deploy/components/monitoring/alerts.yaml').matchAll(/alert: (\w+)$/gm)].map(
    ([, name = '']) => name,
  )
  const sections = [...read('docs/alerts.md').matchAll(/^### (\w+)$/gm)].map(([, name = '']) => name)
  expect(alerts.length).toBeGreaterThan(20)
  expect(sections.toSorted()).toEqual(alerts.toSorted())
})
