import { apiVersionOf, contract, kinds, type Event, type ObjectKey } from '@odfmo/api-types'
import { Credentials, KubeClient, ManualClock, systemClock, type Clock } from '@odfmo/controller-kit'
import { spokeFinalizer } from '@odfmo/secret-naming'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { hubRights } from './hub-rights.ts'
import { hubUser } from './agent-rights.ts'
import { exchanged, mirrorPeer, storageClusterKey } from './crash/scenarios.ts'
import { externalRef, startHub, startStage, waitMs, type AgentRun, type Stage } from './crash/stage.ts'
import { csrFiles, hubFolder, tokenFiles, type HubFiles, type HubFolder } from './hub-files.ts'

// In memory: certificates and tokens for the asking, a clock of the hub that can be moved.
let stage: Stage
let folder: HubFolder | undefined
let agent: AgentRun | undefined
let endPlay: () => Promise<void>

beforeEach(async () => {
  stage = await startStage()
  endPlay = await stage.players.play()
})
afterEach(async () => {
  await agent?.stop()
  await endPlay()
  await stage.end()
  await folder?.remove()
  agent = undefined
  folder = undefined
})

const patience = { timeout: waitMs, interval: 20 }
/** Whom the second certificate is for: with the same rights, and to be told from the first. */
const renewed = 'renewed'
const identity = (user: string) => ({ user, groups: ['system:authenticated'] })

/** An agent whose hub credentials are these files, with its probes. */
const startOn = async (files: HubFiles, isLinked = true, clock: Clock = systemClock) => {
  folder = await hubFolder(files, isLinked)
  const credentials = await Credentials.load({ kubeconfig: folder.kubeconfig }, { clock })
  const hub = new KubeClient({
    cluster: 'hub',
    component: 'token-exchange-agent',
    version: '0',
    credentials,
    rateLimit: false,
  })
  agent = await stage.startAgent({ hub, hasProbes: true })
  const { manager } = agent
  const page = async (path: string): Promise<{ readonly status: number; readonly text: string }> => {
    const answer = await fetch(`http://127.0.0.1:${manager.ports.health}${path}`)
    return { status: answer.status, text: await answer.text() }
  }
  await vi.waitFor(async () => expect((await page('/readyz')).status).toBe(200), patience)
  return { files: folder, credentials, page }
}

const finalizersOf = (name = 'mp'): readonly string[] =>
  stage.find(stage.hub, kinds.MirrorPeer, { name })?.metadata.finalizers ?? []

/** Events of the agent about a StorageCluster. */
const toldOn = ({ namespace, name }: ObjectKey): readonly Event[] =>
  (stage.spoke.list({ apiVersion: apiVersionOf(kinds.Event), kind: 'Event' }) as readonly Event[]).filter(
    ({ regarding }) =>
      regarding?.kind === 'StorageCluster' && regarding.namespace === namespace && regarding.name === name,
  )

/** All that the agent asked of the hub from here on. */
const usersFrom = (since: number): readonly string[] => [
  ...new Set(
    stage.hub.requests
      .all()
      .slice(since)
      .filter(({ userAgent }) => userAgent.startsWith('odfmo-token-exchange-agent'))
      .map(({ user }) => user),
  ),
]

/** A MirrorPeer comes and is exchanged: by nobody but this user. */
const expectWorkOf = async (user: string): Promise<void> => {
  const since = stage.hub.requests.all().length
  await stage.create(mirrorPeer())
  await exchanged(stage)
  expect(usersFrom(since)).toEqual([user])
}

it('csr driver: certificate and key whose link is swapped, as Kubernetes does it, are taken over at work', async () => {
  await stage.hub.apply(...hubRights(renewed))
  const { files, credentials } = await startOn(csrFiles(stage.hub, identity(hubUser('cluster1'))))
  const before = credentials.current
  await files.swap(csrFiles(stage.hub, identity(renewed)))
  await vi.waitFor(() => expect(credentials.current).not.toBe(before), patience)
  expect(credentials.state).toEqual({ ok: true })
  await expectWorkOf(renewed)
})

it('csr driver: of files replaced one by one, a certificate that does not fit the key is not taken, and /healthz says so', async () => {
  await stage.hub.apply(...hubRights(renewed))
  const old = hubUser('cluster1')
  const { files, credentials, page } = await startOn(csrFiles(stage.hub, identity(old)), false)
  const next = csrFiles(stage.hub, identity(renewed))
  await files.write('tls.crt', next['tls.crt'] ?? '')
  await vi.waitFor(async () => {
    const { status, text } = await page('/healthz')
    expect(status).toBe(500)
    expect(text).toContain('credentials-hub failed: the client certificate, its key or the CA cannot be used')
    expect(text).not.toContain('PRIVATE')
  }, patience)
  // Work goes on as who it was.
  await expectWorkOf(old)
  await files.write('tls.key', next['tls.key'] ?? '')
  await vi.waitFor(async () => expect((await page('/healthz')).status).toBe(200), patience)
  expect(credentials.current.cert).toBe(next['tls.crt'])
})

it('csr driver: a certificate that expires while nothing new comes is told by a metric and by an Event; it stays up', async () => {
  const clock = new ManualClock(Date.now())
  const { credentials, page } = await startOn(csrFiles(stage.hub, identity(hubUser('cluster1'))), true, clock)
  await stage.create(mirrorPeer())
  await exchanged(stage)
  const endsAt = credentials.expiresAt ?? 0
  expect(endsAt).toBeGreaterThan(clock.now())
  const metric = async (): Promise<number> => {
    const { body = '' } = (await agent?.manager.metrics.text()) ?? {}
    return Number(/^odfmo_credentials_expiry_timestamp_seconds\{client="hub"\} (\S+)$/m.exec(body)?.[1])
  }
  expect(await metric()).toBe(endsAt / 1000)
  expect(toldOn(storageClusterKey)).toEqual([])

  clock.jump(endsAt - clock.now() + 1)
  await vi.waitFor(
    () =>
      expect(toldOn(storageClusterKey)).toMatchObject([{ type: 'Warning', reason: 'HubCredentialsExpired' }]),
    patience,
  )
  expect(toldOn(storageClusterKey)[0]?.note).toContain(
    `the client certificate expired at ${new Date(endsAt).toISOString()}`,
  )
  // The other StorageCluster is no MirrorPeer's.
  expect(toldOn(externalRef)).toEqual([])
  expect((await page('/readyz')).status).toBe(200)
  expect((await page('/healthz?verbose')).text).toContain('the client certificate expired at')
  expect((await page('/healthz')).status).toBe(200)
  expect(agent?.manager.canWrite()).toBe(true)
})

it('csr driver: started with a certificate that has expired, it tells so by an Event on the StorageCluster beside it', async () => {
  folder = await hubFolder(csrFiles(stage.hub, identity(hubUser('cluster1'))), true)
  const kubeconfig = { kubeconfig: folder.kubeconfig }
  const endsAt = (await Credentials.load(kubeconfig)).expiresAt ?? 0
  const credentials = await Credentials.load(kubeconfig, { clock: new ManualClock(endsAt + 1) })
  stage.hub.faults.add({ match: { user: hubUser('cluster1') }, fault: { kind: 'status', code: 401 } })
  const client = {
    cluster: 'hub',
    component: 'token-exchange-agent',
    version: '0',
    rateLimit: false,
  } as const
  agent = await stage.startAgent({ hub: new KubeClient({ ...client, credentials }), hasProbes: true })
  await vi.waitFor(
    () =>
      expect(toldOn(storageClusterKey)).toMatchObject([{ type: 'Warning', reason: 'HubCredentialsExpired' }]),
    patience,
  )
})

it('csr driver: half a kubeconfig changes nothing but /healthz, and the whole one is taken over', async () => {
  await stage.hub.apply(...hubRights(renewed))
  const { files, credentials, page } = await startOn(
    csrFiles(stage.hub, identity(hubUser('cluster1'))),
    false,
  )
  const before = credentials.current
  const next = csrFiles(stage.hub, identity(renewed))
  const whole = next['kubeconfig'] ?? ''
  await files.write('kubeconfig', whole.slice(0, whole.length / 2))
  await vi.waitFor(async () => {
    const { status, text } = await page('/healthz')
    expect(status).toBe(500)
    expect(text).toContain('kubeconfig')
  }, patience)
  expect(credentials.current).toBe(before)
  for (const [name, text] of Object.entries(next)) await files.write(name, text)
  await vi.waitFor(async () => expect((await page('/healthz')).status).toBe(200), patience)
  await expectWorkOf(renewed)
})

const account = { namespace: 'cluster1', name: 'tokenexchange-agent' }
const accountUser = `system:serviceaccount:${account.namespace}:${account.name}`
const lifeSeconds = 600

const withAccount = async (): Promise<() => string> => {
  await stage.hub.apply(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
    ...hubRights(accountUser),
  )
  return () => stage.hub.serviceAccountToken({ ...account, expirationSeconds: lifeSeconds })
}

it('token driver: a token file that is replaced is taken over at work, and the end of the old token changes nothing', async () => {
  const newToken = await withAccount()
  const { files, credentials, page } = await startOn(tokenFiles(stage.hub, newToken()))
  const before = credentials.current
  stage.hub.faults.jumpClock((lifeSeconds - 100) * 1000)
  await files.swap(tokenFiles(stage.hub, newToken()))
  await vi.waitFor(() => expect(credentials.current).not.toBe(before), patience)
  stage.hub.faults.jumpClock(200_000)
  await expectWorkOf(accountUser)
  expect(stage.hub.requests.all().filter(({ status }) => status === 401)).toEqual([])
  expect((await page('/healthz')).status).toBe(200)
})

it('token driver: while a token is of no use and nothing new comes, it stays up, and catches up by itself with the next one', async () => {
  const newToken = await withAccount()
  const { files, page } = await startOn(tokenFiles(stage.hub, newToken()), false)
  stage.hub.faults.jumpClock((lifeSeconds + 1) * 1000)
  await stage.create(mirrorPeer())
  await vi.waitFor(
    () => expect(stage.hub.requests.all().some(({ status }) => status === 401)).toBe(true),
    patience,
  )
  expect(finalizersOf()).not.toContain(spokeFinalizer('cluster1'))
  // A restart would read the same token.
  expect((await page('/healthz')).status).toBe(200)
  await files.write('token', newToken())
  await exchanged(stage)
  expect(finalizersOf()).toContain(spokeFinalizer('cluster1'))
})

it('a hub that moved: another server or CA is no rotation, /healthz asks for a new process, which works on the new hub', async () => {
  const { files, credentials, page } = await startOn(csrFiles(stage.hub, identity(hubUser('cluster1'))))
  const before = credentials.current
  const moved = await startHub()
  try {
    await files.swap(csrFiles(moved, identity(hubUser('cluster1'))))
    await vi.waitFor(async () => {
      const { status, text } = await page('/healthz')
      expect(status).toBe(500)
      expect(text).toContain('the files name another server')
      expect(text).toContain('a restart is needed')
    }, patience)
    expect(credentials.current).toBe(before)
    // What the kubelet makes of it.
    await agent?.stop()
    const next = await Credentials.load({ kubeconfig: files.kubeconfig })
    const hub = new KubeClient({ cluster: 'hub', component: 'test', version: '0', credentials: next })
    agent = await stage.startAgent({ hub })
    await moved.apply(mirrorPeer())
    await vi.waitFor(() => {
      const ref = { apiVersion: mirrorPeer().apiVersion ?? '', kind: kinds.MirrorPeer.kind }
      expect(moved.get(ref, { name: 'mp' })?.metadata.finalizers).toContain(spokeFinalizer('cluster1'))
      const secrets = moved.list({ apiVersion: 'v1', kind: 'Secret' }, 'cluster1')
      const types = secrets.map(({ metadata }) => metadata.labels?.[contract.label.secretType])
      expect(types.filter((type) => type !== undefined).toSorted()).toEqual(['BLUE', 'INTERNAL'])
    }, patience)
    expect(finalizersOf()).toEqual([])
  } finally {
    await agent?.stop()
    agent = undefined
    await moved.stop()
  }
})
