import type { ClusterRole, Role } from '@odfmo/api-types'
import { eventually, journalOf, startCluster, type InMemoryCluster, type RequestRecord } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { defaultLifetimes as lifetimes } from './lifetimes.ts'
import { configurationNames } from './observation.ts'
import { readCertificates } from './read-certificates.ts'
import { selfSignedRbac } from './rbac.ts'
import { install, namespace, webhookUser, type Installation } from './test/installation.ts'

let installation: Installation<InMemoryCluster> | undefined
afterEach(async () => {
  await installation?.end()
  installation = undefined
})

interface Right {
  readonly resource: string
  readonly verb: string
  /** Undefined: whatever its name. */
  readonly name: string | undefined
}

/** What the webhook is shipped with, verb by verb. */
const granted: readonly Right[] = selfSignedRbac(namespace).flatMap((object) =>
  ((object as Role | ClusterRole).rules ?? []).flatMap(
    ({ apiGroups = [], resources = [], resourceNames, verbs }) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) =>
          (resourceNames ?? [undefined]).map((name) => ({
            resource: [resource, ...apiGroups.filter((group) => group !== '')].join('.'),
            verb,
            name,
          })),
        ),
      ),
  ),
)

/** A list or a watch of one name is recorded without it, and is allowed by it alone. */
const isFor = ({ resource, verb, name }: Right, request: RequestRecord): boolean =>
  request.resource === resource &&
  request.verb === verb &&
  (name === undefined || request.name === name || verb === 'list' || verb === 'watch')

// In memory: a server that refuses on demand. Older ones do not stream what is there, so all is listed; and a patch comes too
// late when another replica wrote in between.
it('each verb of the shipped role is used, and nothing else is asked for', async () => {
  const installed = await install((options) => startCluster(options))
  installation = installed
  const { cluster } = installed
  for (const resource of new Set(granted.map((right) => right.resource)))
    for (const [verb, code] of [
      ['watch', 422],
      ['patch', 409],
    ] as const)
      cluster.faults.add({
        match: { verb, resource, user: webhookUser },
        fault: { kind: 'status', code },
        times: 1,
      })
  const apply = (caBundle?: string) =>
    cluster.apply(...configurationNames.map((name) => installed.configuration(name, caBundle)))
  await apply()
  await installed.startReplica({ lifetimes })
  const trusted = () =>
    eventually(cluster, async () => {
      for (const name of configurationNames)
        expect(readCertificates(await installed.caBundle(name)).certificates).toHaveLength(1)
    })
  await trusted()
  // Its own Secret, broken: it is written anew.
  const secret = await installed.secret()
  await cluster.apply({ ...secret, data: { 'ca.crt': '', 'ca.key': '' } })
  await eventually(cluster, async () => {
    expect((await installed.secret())?.data?.['ca.key']).not.toBe('')
    for (const name of configurationNames)
      expect(readCertificates(await installed.caBundle(name)).certificates).toHaveLength(2)
  })
  const requests = (await journalOf(cluster)).all({ user: webhookUser })
  const text = ({ verb, resource, name = '*' }: Right): string => `${verb} ${resource} ${name}`
  expect({
    unused: granted.filter((right) => !requests.some((request) => isFor(right, request))).map(text),
    refused: requests
      .filter(({ status }) => status === 403)
      .map(({ verb, resource }) => `${verb} ${resource}`),
  }).toEqual({ unused: [], refused: [] })
})

it('serves what it has, and goes on renewing that, while the API server is away', async () => {
  const installed = await install((options) => startCluster(options))
  installation = installed
  const { cluster } = installed
  await cluster.apply(...configurationNames.map((name) => installed.configuration(name)))
  const { certificates } = await installed.startReplica({
    lifetimes: { ...lifetimes, leafMs: 1500, settleMs: 100 },
  })
  const next = (): Promise<string> =>
    new Promise((resolve) => {
      const end = certificates.subscribe(({ cert }) => {
        end()
        resolve(cert)
      })
    })
  const first = certificates.current()?.cert ?? (await next())
  for (const verb of ['get', 'list', 'watch', 'create', 'patch'])
    cluster.faults.add({ match: { verb, user: webhookUser }, fault: { kind: 'reset', when: 'before' } })
  const renewed = await next()
  expect(renewed).not.toBe(first)
  expect(certificates.problem()).toBeUndefined()
})
