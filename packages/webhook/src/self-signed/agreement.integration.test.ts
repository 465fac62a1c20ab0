import { kinds, type Secret } from '@odfmo/api-types'
import { eventually } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { caSecretType } from './ca-secret.ts'
import { defaultLifetimes } from './lifetimes.ts'
import { configurationNames } from './observation.ts'
import { readCertificates, shortId, authorityOf } from './read-certificates.ts'
import { handshake } from './test/handshake.ts'
import { install, names, namespace, type Installation, type Replica } from './test/installation.ts'

let installation: Installation | undefined
afterEach(async () => {
  await installation?.end()
  installation = undefined
})

const lifetimes = defaultLifetimes
const started = async (): Promise<Installation> => {
  installation = await install()
  return installation
}

const applied = (installed: Installation, caBundle?: string): Promise<void> =>
  installed.cluster.apply(...configurationNames.map((name) => installed.configuration(name, caBundle)))

const ids = (pem: string): readonly string[] =>
  readCertificates(pem).certificates.map((certificate) => shortId(authorityOf(certificate, 0)))

/** Both configurations trust what each replica serves; the answer is whom they trust. */
const allTrusted = async (
  installed: Installation,
  replicas: readonly Replica[],
): Promise<readonly string[]> => {
  await Promise.all(replicas.map(served))
  let trusted: readonly string[] = []
  await eventually(
    installed.cluster,
    async () => {
      for (const name of configurationNames) {
        const bundle = await installed.caBundle(name)
        trusted = ids(bundle)
        for (const { port } of replicas) expect(await handshake(port, bundle)).toBe('verified')
      }
    },
    { timeoutMs: 60_000 },
  )
  return trusted
}

it.each([1, 3])('from a start without anything, %i at once serve by one CA', async (count) => {
  const installed = await started()
  await applied(installed)
  // Not by the clock, which goes on while the machine stands still.
  let tenths = 0
  const timer = setInterval(() => (tenths += 1), 100)
  const replicas = await Promise.all(
    Array.from({ length: count }, () => installed.startReplica({ lifetimes })),
  )
  await Promise.all(replicas.map(served))
  clearInterval(timer)
  expect(await allTrusted(installed, replicas)).toHaveLength(1)
  expect(tenths).toBeLessThan(150)
  const secret = await installed.secret()
  expect(secret?.type).toBe(caSecretType)
  expect(Object.keys(secret?.data ?? {}).toSorted()).toEqual(['ca.crt', 'ca.key'])
})

const served = ({ certificates }: Replica): Promise<void> =>
  new Promise((resolve) => {
    if (certificates.current() !== undefined) resolve()
    certificates.subscribe(() => resolve())
  })

it('tells in its metrics what it keeps of the cluster, and whether that can be believed', async () => {
  const installed = await started()
  await applied(installed)
  const replica = await installed.startReplica({ lifetimes })
  await allTrusted(installed, [replica])
  const lines = (await replica.metrics()).split('\n')
  for (const kind of ['hub.Secret', 'hub.mutating', 'hub.validating']) {
    expect(lines).toContain(`odfmo_informer_synced{kind="${kind}"} 1`)
    expect(lines).toContain(`odfmo_informer_objects{kind="${kind}"} 1`)
  }
})

it('fills in a caBundle that somebody empties or fills with something else, by the same CA', async () => {
  const installed = await started()
  await applied(installed)
  const replicas = [await installed.startReplica({ lifetimes }), await installed.startReplica({ lifetimes })]
  const before = await allTrusted(installed, replicas)
  await applied(installed, '')
  expect(await allTrusted(installed, replicas)).toEqual(before)
  await applied(installed, Buffer.from('no certificate\n').toString('base64'))
  expect(await allTrusted(installed, replicas)).toEqual(before)
})

it('serves before there are configurations, and tells them of the CA when they come', async () => {
  const installed = await started()
  const replica = await installed.startReplica({ lifetimes })
  await served(replica)
  await applied(installed)
  expect(await allTrusted(installed, [replica])).toHaveLength(1)
})

it('makes a new CA when the Secret is deleted, and trusts both until the old one is out of use', async () => {
  const installed = await started()
  await applied(installed)
  const replicas = [await installed.startReplica({ lifetimes }), await installed.startReplica({ lifetimes })]
  const [old = ''] = await allTrusted(installed, replicas)
  await deleteSecret(installed)
  await eventually(installed.cluster, async () => {
    for (const name of configurationNames) expect(ids(await installed.caBundle(name))).toHaveLength(2)
  })
  expect(await allTrusted(installed, replicas)).toContain(old)
  const secret = await installed.secret()
  expect(ids(textOf(secret, 'ca.crt'))).not.toContain(old)
})

it('says so when the Secret is broken, and makes a new CA beside the old one', async () => {
  const installed = await started()
  await applied(installed)
  const replicas = [await installed.startReplica({ lifetimes }), await installed.startReplica({ lifetimes })]
  const [old = ''] = await allTrusted(installed, replicas)
  await installed.cluster.apply({
    ...secretOf({ 'ca.crt': 'nothing', 'ca.key': 'nothing' }),
    type: caSecretType,
  })
  await eventually(installed.cluster, async () => {
    const secret = await installed.secret()
    expect(ids(textOf(secret, 'ca.crt'))).toHaveLength(1)
    expect(textOf(secret, 'ca.key')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    for (const name of configurationNames) expect(ids(await installed.caBundle(name))).toHaveLength(2)
  })
  expect(await allTrusted(installed, replicas)).toContain(old)
})

it('touches no Secret of somebody else, and says what to do', async () => {
  const installed = await started()
  await applied(installed)
  await installed.cluster.apply(secretOf({ password: 'theirs' }))
  const { certificates } = await installed.startReplica({ lifetimes })
  await expect
    .poll(() => certificates.problem())
    .toMatch(/^the Secret odfmo\/odfmo-webhook-ca is of type Opaque/)
  expect(certificates.current()).toBeUndefined()
  expect((await installed.secret())?.data).toEqual({ password: base64('theirs') })
})

it('does not fight with who else is asked to write the caBundle', async () => {
  const installed = await started()
  const annotation = 'cert-manager.io/inject-ca-from'
  const configuration = installed.configuration('validating', base64('theirs'))
  await installed.cluster.apply(installed.configuration('mutating'), {
    ...configuration,
    metadata: { ...configuration.metadata, annotations: { [annotation]: `${namespace}/theirs` } },
  })
  const replica = await installed.startReplica({ lifetimes })
  await expect
    .poll(() => replica.certificates.problem())
    .toBe(
      `the annotation ${annotation} of the ValidatingWebhookConfiguration ${names.validating} asks somebody else to write its caBundle: take it off, or start without --self-signed`,
    )
  expect(await installed.caBundle('validating')).toBe('theirs')
  expect(await installed.secret()).toBeUndefined()
  // When they are asked no longer, it begins.
  await installed.cluster.apply({
    ...configuration,
    metadata: { ...configuration.metadata, annotations: { [annotation]: null } },
  })
  await allTrusted(installed, [replica])
  expect(replica.certificates.problem()).toBeUndefined()
})

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const textOf = (secret: Secret | undefined, key: string): string =>
  Buffer.from(secret?.data?.[key] ?? '', 'base64').toString()

const secretOf = (data: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: kinds.Secret.kind,
  metadata: { name: names.secret, namespace },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
})

const deleteSecret = async (installed: Installation): Promise<void> => {
  const client = await installed.admin()
  await client.delete(kinds.Secret, { namespace, name: names.secret })
  await client.close()
}
