import { setTimeout as wait } from 'node:timers/promises'
import { contract } from '@odfmo/api-types'
import { afterEach, expect, it } from 'vitest'
import { configurationNames, type ConfigurationName } from '../../src/self-signed/observation.ts'
import { readCertificates } from '../../src/self-signed/read-certificates.ts'
import { install, type Installation } from '../../src/self-signed/test/installation.ts'
import { SteadyLoad } from './steady-load.ts'

const perSecond = 200
/**
 * Replicas and client share a process, and this one its machine: no certificate may run out, and no request be answered later than
 * configurations take to settle, because they wait for their turn.
 */
const lifetimes = { authorityMs: 90_000, leafMs: 24_000, settleMs: 3000, backdateMs: 3_600_000 }
/** So that a request is answered in time though they are ten times slower than they have to be. */
const mostOutstanding = 16

let installation: Installation | undefined
let load: SteadyLoad | undefined
afterEach(async () => {
  await load?.end()
  await installation?.end()
  load = undefined
  installation = undefined
})

const nameOf = (path: string): ConfigurationName =>
  path === contract.webhook.mutatePath ? 'mutating' : 'validating'

const fingerprints = (pem: string): readonly string[] =>
  readCertificates(pem).certificates.map(({ fingerprint256 }) => fingerprint256)

it('a steady load on two self-signed replicas loses no request while their CA is renewed', async () => {
  const installed = await install()
  installation = installed
  await installed.cluster.apply(...configurationNames.map((name) => installed.configuration(name)))
  const replicas = await Promise.all([
    installed.startReplica({ lifetimes }),
    installed.startReplica({ lifetimes }),
  ])
  await expect
    .poll(() => replicas.every(({ certificates }) => certificates.current() !== undefined))
    .toBe(true)
  const bundles = {
    mutating: await installed.caBundle('mutating'),
    validating: await installed.caBundle('validating'),
  }
  const before = new Set(Object.values(bundles).flatMap(fingerprints))
  expect(before.size).toBe(1)

  const loading = new SteadyLoad({
    perSecond,
    mostOutstanding,
    targets: replicas,
    trusted: (path) => bundles[nameOf(path)],
  })
  load = loading
  // As an API server: it hears of a changed configuration a little later.
  const isRenewed = (): boolean =>
    Object.values(bundles).every((pem) => {
      const now = fingerprints(pem)
      return now.length === 1 && !now.some((one) => before.has(one))
    })
  while (!isRenewed() && loading.failures.length === 0) {
    for (const name of configurationNames) bundles[name] = await installed.caBundle(name)
    await wait(10)
  }
  const { answered } = loading
  await loading.until(() => loading.answered >= answered + perSecond)
  await loading.end()
  expect(loading.failures).toEqual([])
  expect(loading.answered).toBe(loading.sent)
  for (const replica of replicas) expect(loading.shownBy(replica).size).toBeGreaterThan(2)
}, 300_000)
