import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kinds, type Secret } from '@odfmo/api-types'
import { Credentials, isForbidden, isUnauthorized, KubeClient } from '@odfmo/controller-kit'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { quietMs } from './test/hub-process.ts'
import { addOn, mirrorPeer } from './test/hub-world.ts'
import { atRest, ocmScene, wished, type OcmScene } from './test/ocm-scene.ts'

const rbac = 'open-cluster-management:token-exchange:agent'
const account = 'system:serviceaccount:c1:tokenexchange-agent'
const group = 'system:open-cluster-management:cluster:c1:addon:tokenexchange'
const certificateUser = `${group}:agent:tokenexchange`
const access = { namespace: 'storage', name: 'tokenexchange-hub-kubeconfig' }

let scene: OcmScene

afterEach(() => scene.end())

const subjects = async (): Promise<readonly string[]> => {
  const { hub, read } = scene
  const all = await read(hub, kinds.ClusterRoleBinding, { name: rbac })
  const own = await read(hub, kinds.RoleBinding, { namespace: 'c1', name: rbac })
  return [...(all.subjects ?? []), ...(own.subjects ?? [])]
    .map(({ kind, name }) => `${kind} ${name}`)
    .filter((text) => !text.includes('c2'))
}
const accessSecret = (): Promise<Secret> => scene.read(scene.spoke('c1'), kinds.Secret, access)
const file = ({ data }: Secret, name: string): string =>
  Buffer.from(data?.[name] ?? '', 'base64').toString('utf8')
const registeredBy = (driver: 'csr' | 'token') =>
  scene.settled(async () => {
    expect(await scene.condition('c1', 'RegistrationApplied')).toMatchObject({ status: 'True' })
    expect((await scene.addOn('c1')).status?.kubeClientDriver).toBe(driver)
    const files = Object.keys((await accessSecret()).data ?? {}).toSorted()
    expect(files).toEqual(
      driver === 'token'
        ? ['cluster-name', 'kubeconfig', 'token']
        : ['cluster-name', 'kubeconfig', 'tls.crt', 'tls.key'],
    )
    expect(await subjects()).toEqual(
      driver === 'token'
        ? [`User ${account}`, `User ${account}`]
        : [`User ${certificateUser}`, `Group ${group}`, `Group ${group}`],
    )
  })

test('with the token driver the agent has the rights of its account, and of nothing else', async () => {
  scene = await ocmScene({ driver: 'token' })
  const hubProcess = await scene.start()
  await scene.hub.apply(...wished(mirrorPeer(['c1', 'c2']), [addOn('c1')]))
  await registeredBy('token')
  expect((await scene.addOn('c1')).status?.registrations?.[0]?.subject?.user).toBe(account)
  expect(file(await accessSecret(), 'kubeconfig')).toContain('tokenFile: token')
  expect(await scene.requests()).toEqual([])

  const token = file(await accessSecret(), 'token')
  const credentials = await Credentials.load({
    access: { server: scene.hub.url, ca: { value: scene.hub.ca }, token: { value: token } },
  })
  const agent = new KubeClient({ cluster: 'hub', component: 'agent', version: '0', credentials })
  try {
    await agent.list(kinds.MirrorPeer)
    await agent.list(kinds.Secret, { namespace: 'c1' })
    await agent.get(kinds.ManagedClusterAddOn, { namespace: 'c1', name: 'tokenexchange' })
    await expect(agent.list(kinds.Secret)).rejects.toSatisfy(isForbidden)
    await expect(agent.list(kinds.ManifestWork, { namespace: 'c1' })).rejects.toSatisfy(isForbidden)
  } finally {
    await agent.close()
  }

  await scene.settled(async () =>
    expect((await scene.condition('c1', 'ManifestApplied'))?.status).toBe('True'),
  )
  await atRest(hubProcess)
  const before = (await scene.writes()).length
  const { registrations } = (await scene.addOn('c1')).status ?? {}
  scene.klusterlet('c1').renewCertificate('tokenexchange')
  await scene.settled(async () => expect(file(await accessSecret(), 'token')).not.toBe(token))
  await quietMs(400)
  expect((await scene.writes()).slice(before)).toEqual([])
  expect((await scene.addOn('c1')).status?.registrations).toEqual(registrations)
})

/** The secret as the agent mounts it. */
const mount = async (folder: string): Promise<void> => {
  const secret = await accessSecret()
  for (const name of Object.keys(secret.data ?? {})) await writeFile(join(folder, name), file(secret, name))
}

test('a klusterlet that changes drivers takes the agent’s rights along, there and back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'odfmo-hub-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  scene = await ocmScene({ driver: 'csr' })
  await scene.start()
  await scene.hub.apply(...wished(mirrorPeer(['c1', 'c2']), [addOn('c1')]))
  await registeredBy('csr')
  const { registrations } = (await scene.addOn('c1')).status ?? {}
  await mount(folder)
  const credentials = await Credentials.load({ kubeconfig: join(folder, 'kubeconfig') })
  const agent = new KubeClient({ cluster: 'hub', component: 'agent', version: '0', credentials })
  onTestFinished(() => agent.close())
  await agent.list(kinds.Secret, { namespace: 'c1' })
  for (const driver of ['token', 'csr'] as const) {
    await scene.restartKlusterlet('c1', driver)
    await registeredBy(driver)
    // Who it was before has no rights left; who it is now, by files of the other form, has them.
    await expect(agent.list(kinds.Secret, { namespace: 'c1' })).rejects.toSatisfy(
      (error) => isForbidden(error) || isUnauthorized(error),
    )
    await mount(folder)
    await credentials.reread()
    await agent.list(kinds.Secret, { namespace: 'c1' })
    await agent.list(kinds.MirrorPeer)
  }
  expect(JSON.stringify((await scene.addOn('c1')).status?.registrations)).toBe(JSON.stringify(registrations))
  expect(
    await scene.find(scene.hub, kinds.ServiceAccount, { namespace: 'c1', name: 'tokenexchange-agent' }),
  ).toBeUndefined()
})
