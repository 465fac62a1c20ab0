import { kinds, type ClusterRole, type Role, type Service } from '@odfmo/api-types'
import type { KubeClient } from '@odfmo/controller-kit'
import { eventually, journalOf, startCluster, type Cluster, type RequestRecord } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { pluginKey } from './console-place.ts'
import { consolePlugin } from './console-plugin.ts'
import { consoleService } from './console-service.ts'
import { consoleInitRbac } from './rbac.ts'
import {
  clientOf,
  consoleCluster,
  consoleDeployment,
  find,
  key,
  namespace,
  serviceAccount,
} from './test/console-cluster.ts'
import { consoleCrd } from './test/console-crd.ts'
import { isFor, requestText, rightsOf, rightText, type Right } from './test/rights.ts'
import { startApp, type RunningApp } from './test/start-app.ts'

const place = { namespace, port: 9001 }
let cluster: Cluster
let admin: KubeClient
let app: RunningApp | undefined
afterEach(async () => {
  await app?.stop()
  app = undefined
  await admin.close()
  await cluster.stop()
})

/** What the service is shipped with, verb by verb. */
const granted: readonly Right[] = consoleInitRbac(namespace).flatMap((object) => {
  const { rules } = object as Role | ClusterRole
  return rightsOf(rules, object.kind === 'Role' ? namespace : undefined)
})

const isSetUp = () =>
  eventually(cluster, async () => {
    expect(await find(cluster, kinds.Service, key)).toMatchObject(consoleService(place))
    expect(await find(cluster, kinds.ConsolePlugin, pluginKey)).toMatchObject(consolePlugin(place))
  })
const events = () => cluster.list({ apiVersion: 'events.k8s.io/v1', kind: 'Event' }, namespace)
const foreign: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: key,
  spec: { ports: [{ port: 80 }], selector: { app: 'theirs' } },
}
const edit = async (): Promise<void> => {
  await admin.patch(kinds.Service, key, 'merge', { spec: { ports: [{ name: 'x', port: 80 }] } })
  await admin.patch(kinds.ConsolePlugin, pluginKey, 'merge', { spec: { displayName: 'x' } })
}

/** Somebody else's Service is left alone; when it goes, ours is made. */
const givesWay = async (): Promise<void> => {
  await expect
    .poll(() => app?.status())
    .toMatchObject({ why: expect.stringContaining('was not made by us') as string })
  await admin.delete(kinds.Service, key)
  await eventually(cluster, async () =>
    expect(await find(cluster, kinds.Service, key)).toMatchObject(consoleService(place)),
  )
}

/** Takes the service through everything it does, one after the other. */
const wholeLife = async (): Promise<void> => {
  admin = await clientOf(cluster)
  app = await startApp(cluster, { leaderElect: true })
  await cluster.apply(foreign, consoleDeployment)
  await givesWay()
  // Once more, on the same Deployment: that is a series of Events.
  await admin.patch(kinds.Service, key, 'merge', {
    metadata: { labels: null, annotations: null },
    spec: { selector: { 'app.kubernetes.io/name': null, app: 'theirs' } },
  })
  await givesWay()
  await eventually(cluster, async () => expect((await events()).length).toBeGreaterThan(0))
  await cluster.installCrds([consoleCrd('v1alpha1')])
  await eventually(cluster, async () =>
    expect(await find(cluster, kinds.ConsolePluginV1Alpha1, pluginKey)).toBeDefined(),
  )
  await cluster.installCrds([consoleCrd('v1', 'v1alpha1')])
  await isSetUp()
  await edit()
  await isSetUp()
  await expect.poll(() => app?.status()).toEqual({ is: 'right' })
  await app.stop()
  app = undefined
}

const requestsOf = async (): Promise<readonly RequestRecord[]> =>
  (await journalOf(cluster)).all({ user: serviceAccount })
const refused = (requests: readonly RequestRecord[]): readonly string[] =>
  requests.filter(({ status }) => status === 403).map(requestText)

// In memory: a server that refuses on demand. Older ones do not stream what is there, so all is listed; and a patch
// comes too late when somebody else wrote in between.
it('each verb of the shipped role is used, and nothing else is asked for', async () => {
  const inMemory = await consoleCluster([], startCluster)
  cluster = inMemory
  for (const [verb, code] of [
    ['watch', 422],
    ['patch', 409],
  ] as const) {
    for (const resource of new Set(
      granted.filter((right) => right.verb === verb).map((right) => right.resource),
    ))
      inMemory.faults.add({
        match: { verb, resource, user: serviceAccount },
        fault: { kind: 'status', code },
        times: 1,
      })
  }
  await wholeLife()
  const requests = await requestsOf()
  const unused = granted.filter((right) => !requests.some((request) => isFor(right, request)))
  expect({ unused: unused.map(rightText), refused: refused(requests) }).toEqual({ unused: [], refused: [] })
})

it('nothing it does from first to last is refused', async () => {
  cluster = await consoleCluster([])
  await wholeLife()
  const requests = await requestsOf()
  expect(requests.length).toBeGreaterThan(10)
  expect(refused(requests)).toEqual([])
})
