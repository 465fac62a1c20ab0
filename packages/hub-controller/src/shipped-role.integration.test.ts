import type { ClusterRole, Role } from '@odfmo/api-types'
import { journalOf, startCluster, type Cluster, type RequestRecord } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { hubRbac } from './rbac.ts'
import { podNamespace } from './test/builders.ts'
import { hubUser } from './test/hub-process.ts'
import { isFor, isNeeded, needsIn, rightsOf, rightText, type Needs, type Right } from './test/rights.ts'
import { wholeLife, type WholeLife } from './test/whole-life.ts'

let life: WholeLife<Cluster> | undefined
afterEach(async () => {
  await life?.end()
  life = undefined
})

/** What the hub controller is shipped with, verb by verb. */
const granted: readonly Right[] = hubRbac(podNamespace).flatMap((object) => {
  const { rules } = object as Role | ClusterRole
  return rightsOf(rules, object.kind === 'Role' ? podNamespace : undefined)
})

const requestText = ({ status, verb, resource, namespace, name }: RequestRecord): string =>
  `${status} ${verb} ${resource} ${namespace}/${name}`

const refused = (requests: readonly RequestRecord[]): readonly string[] =>
  requests.filter(({ status }) => status === 403).map(requestText)

// In memory: a server that refuses on demand. Older ones do not stream what is there, so all is listed; and a patch
// comes too late when somebody else wrote in between.
it('each verb of the shipped role is used, and nothing else is asked for', async () => {
  const stage = await wholeLife(startCluster)
  life = stage
  for (const [verb, code] of [
    ['watch', 422],
    ['patch', 409],
  ] as const) {
    for (const resource of new Set(
      granted.filter((right) => right.verb === verb).map((right) => right.resource),
    )) {
      const match = { verb, resource, user: hubUser }
      stage.cluster.faults.add({ match, fault: { kind: 'status', code }, times: 1 })
    }
  }
  let needs: Needs | undefined
  await stage.live(async () => {
    needs = await needsIn(stage.cluster)
  })
  const requests = (await journalOf(stage.cluster)).all({ user: hubUser })
  const unused = granted.filter(
    (right) =>
      !requests.some((request) => isFor(right, request)) && !(needs !== undefined && isNeeded(right, needs)),
  )
  expect({ unused: unused.map(rightText), refused: refused(requests) }).toEqual({ unused: [], refused: [] })
}, 120_000)

it('nothing it does from first to last is refused', async () => {
  life = await wholeLife()
  await life.live(() => Promise.resolve())
  const requests = (await journalOf(life.cluster)).all({ user: hubUser })
  expect(requests.length).toBeGreaterThan(100)
  expect(refused(requests)).toEqual([])
}, 300_000)
