import { kinds } from '@odfmo/api-types'
import { consoleInit } from '@odfmo/console-init'
import { createManager, silentLogger } from '@odfmo/controller-kit'
import { deployment, eventually, journalOf } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { podNamespace } from './test/builders.ts'
import { clientOf } from './test/client-of.ts'
import { consoleKey, pluginKey } from './test/console-comes.ts'
import { find } from './test/hub-cluster.ts'
import { writesOf } from './test/journal.ts'
import { hubUser } from './test/hub-process.ts'
import { scene, settled, type Scene } from './test/scene.ts'

let stage: Scene
let stopOther: (() => Promise<void>) | undefined
afterEach(async () => {
  await stopOther?.()
  stopOther = undefined
  await stage.end()
})

const other = 'console-init'

/** The same rules in another process, as an administrator. */
const startOther = async (): Promise<void> => {
  const client = await clientOf(stage.cluster, { user: other, groups: ['system:masters'] })
  const { derived } = consoleInit({ namespace: podNamespace })
  const manager = createManager({ name: other, clients: [client], logger: silentLogger })
  const stopping = new AbortController()
  const running = manager.addDerived(other, derived).run(stopping.signal)
  stopOther = async () => {
    stopping.abort()
    await running
  }
}

const storedWrites = async (): Promise<readonly string[]> =>
  [...(await writesOf(stage.cluster, hubUser)), ...(await writesOf(stage.cluster, other))]
    .filter(({ status, resource }) => status < 300 && /^(services|consoleplugins)/.test(resource))
    .map(({ verb, resource }) => `${verb} ${resource}`)
    .sort()

const port = async (): Promise<unknown> =>
  (await find(stage.cluster, kinds.Service, consoleKey))?.spec?.ports?.[0]?.port

it('the hub and a console-init service beside it do not fight: each change is written once', async () => {
  stage = await scene()
  const hub = await stage.start()
  await startOther()
  await stage.cluster.apply(deployment({ metadata: consoleKey }))
  await eventually(stage.cluster, async () => {
    expect(await port()).toBe(9001)
    expect(await find(stage.cluster, kinds.ConsolePlugin, pluginKey)).toBeDefined()
  })
  await settled(hub)
  await stage.edit(kinds.Service, consoleKey, { spec: { ports: [{ name: 'x', port: 80 }] } })
  await eventually(stage.cluster, async () => expect(await port()).toBe(9001))
  await settled(hub)
  expect(await storedWrites()).toEqual([
    'create consoleplugins.console.openshift.io',
    'create services',
    'patch services',
  ])
})

it('a hub without a console asks for nothing of it but whether its Deployment is there', async () => {
  stage = await scene()
  await settled(await stage.start())
  const asked = new Set(
    (await journalOf(stage.cluster)).all({ user: hubUser }).map(({ resource }) => resource),
  )
  expect(asked).toContain('deployments.apps')
  for (const resource of ['services', 'consoleplugins.console.openshift.io'])
    expect(asked).not.toContain(resource)
})
