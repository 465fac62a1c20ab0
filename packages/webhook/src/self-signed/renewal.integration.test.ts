import { X509Certificate } from 'node:crypto'
import { mirrorPeer } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { configurationNames } from './observation.ts'
import { readCertificates } from './read-certificates.ts'
import { handshake } from './test/handshake.ts'
import { install, type Installation } from './test/installation.ts'

let installation: Installation | undefined
afterEach(async () => {
  await installation?.end()
  installation = undefined
})

const subjects = (pem: string): readonly string[] =>
  readCertificates(pem).certificates.map(({ subject }) => subject)

it('renews the CA of two replicas while MirrorPeers are created, and none of them is refused', async () => {
  const installed = await install()
  installation = installed
  const { cluster, balancer } = installed
  await cluster.apply(...configurationNames.map((name) => installed.configuration(name)))
  const replicas = await Promise.all([installed.startReplica(), installed.startReplica()])
  const bundles = (): Promise<readonly string[]> =>
    Promise.all(configurationNames.map((name) => installed.caBundle(name)))
  // Not a wait for the cluster: a replica takes its certificate after the last write.
  await expect
    .poll(() => replicas.every(({ certificates }) => certificates.current() !== undefined))
    .toBe(true)
  const [first] = subjects((await bundles())[0] ?? '')
  expect(first).toMatch(/^CN=odfmo-webhook-ca [\da-f]{16}$/)
  // The API server needs a moment to see the first caBundle; from then on nothing may fail.
  const create = (name: string) => cluster.apply(mirrorPeer({ metadata: { name } }))
  await expect.poll(() => create('first').then(() => 'created', String)).toBe('created')

  const seen = new Set<string>()
  const failures: string[] = []
  let created = 0
  for (let isOver = false; !isOver;) {
    created += 1
    await create(`peer-${created}`).catch((error: unknown) => failures.push(String(error)))
    // The next request makes a handshake; and so does each bundle with each replica.
    balancer.cut()
    const trusted = await bundles()
    for (const [replica, { port, certificates }] of replicas.entries()) {
      seen.add(`${replica} ${new X509Certificate(certificates.current()?.cert ?? '').issuer}`)
      for (const bundle of trusted) {
        const result = await handshake(port, bundle)
        if (result !== 'verified') failures.push(`replica ${replica}: ${result}`)
      }
    }
    isOver = trusted.every((bundle) => {
      const names = subjects(bundle)
      return names.length === 1 && names[0] !== first
    })
  }
  expect(failures).toEqual([])
  expect(created).toBeGreaterThan(3)
  expect(seen.size).toBe(4)
}, 120_000)
