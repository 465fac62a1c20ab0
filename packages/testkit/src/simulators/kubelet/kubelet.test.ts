import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Deployment } from '@odfmo/api-types'
import { kinds } from '@odfmo/api-types'
import { deepMerge, type Overrides } from '../../builders/deep-merge.ts'
import { namespace, secret } from '../../builders/builders.ts'
import type { Cluster } from '../../cluster.ts'
import { eventually } from '../../eventually.ts'
import { manualClock } from '../../clock/manual-clock.ts'
import { startTestCluster } from '../../start-test-cluster.ts'
import { ClusterClient } from '../../access/cluster-client.ts'
import type { Pod } from '../extra-kinds.ts'
import { kubelet } from './kubelet.ts'
import type { Kubelet, KubeletOptions } from './kubelet.ts'
import type { ContainerEvent } from './node-pods.ts'

let cluster: Cluster
let admin: ClusterClient
let directory: string
let node: Kubelet | undefined
let events: ContainerEvent[]
let heard: () => void

beforeEach(async () => {
  cluster = await startTestCluster()
  admin = new ClusterClient(cluster.kubeconfig(), 'test')
  directory = await mkdtemp(join(tmpdir(), 'odfmo-kubelet-'))
  events = []
  heard = () => undefined
  await cluster.apply(namespace('n'))
})

afterEach(async () => {
  await node?.stop()
  node = undefined
  await admin.close()
  await cluster.stop()
  await rm(directory, { recursive: true, force: true })
})

/** A program of Node's; `serve(status)` answers probes on the given port. */
const prelude = `
const fs = require('node:fs')
const port = Number((process.argv.find((one) => one.startsWith('--port=')) ?? '=0').split('=')[1])
let health = 200
if (port !== 0) require('node:http').createServer((_, response) => { response.statusCode = health; response.end() }).listen(port, '127.0.0.1')
else setInterval(() => {}, 1000)
`
const start = async (script: string, options: Partial<KubeletOptions> = {}): Promise<Kubelet> => {
  node = await kubelet({
    cluster: cluster.kubeconfig(),
    dir: directory,
    images: {
      app: {
        command: [process.execPath, '-e', prelude + script, '--'],
        args: ({ port }) => [`--port=${port}`],
      },
    },
    onContainer: (event) => {
      events.push(event)
      heard()
    },
    ...options,
  })
  return node
}

/** Resolves with the n-th event of a type. */
const event = async (type: ContainerEvent['type'], count = 1): Promise<ContainerEvent> =>
  new Promise((resolve) => {
    heard = () => {
      const found = events.filter((one) => one.type === type)[count - 1]
      if (found !== undefined) resolve(found)
    }
    heard()
  })

type Template = NonNullable<Deployment['spec']>['template']['spec']
const deployment = (spec: Overrides<Template> = {}, replicas = 1): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', namespace: 'n' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'd' } },
    strategy: { type: 'Recreate' },
    template: {
      metadata: { labels: { app: 'd' } },
      spec: deepMerge<Template>({ containers: [{ name: 'c', image: 'app' }] }, spec),
    },
  },
})
const status = async (): Promise<Deployment['status']> =>
  (
    (await cluster.get(
      { apiVersion: 'apps/v1', kind: 'Deployment' },
      { namespace: 'n', name: 'd' },
    )) as unknown as Deployment
  ).status
const pods = async (): Promise<Pod[]> =>
  (await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, 'n')) as unknown as Pod[]
const log = async (): Promise<string> => {
  const files = await readdir(join(directory, 'logs'))
  const texts = await Promise.all(files.sort().map((file) => readFile(join(directory, 'logs', file), 'utf8')))
  return texts.join('')
}
/** `times` processes have said that they are up: before that, none may be judged by its probes. */
const isUp = (times: number): Promise<void> =>
  expect.poll(async () => (await log().catch(() => '')).split('up').length - 1).toBe(times)
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('a pod runs as its service account, by the kubeconfig it is given', async () => {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'r' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
  }
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'r' }
  const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace: 'n' }]
  await cluster.apply(role, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'b', namespace: 'n' },
    roleRef,
    subjects,
  })
  await start(`
    const path = require('node:path')
    const config = fs.readFileSync(process.env.KUBECONFIG, 'utf8')
    const field = (name) => new RegExp(name + ': (.*)').exec(config)[1]
    const token = fs.readFileSync(field('tokenFile'), 'utf8')
    const ca = fs.readFileSync(field('certificate-authority'))
    for (const what of ['pods', 'secrets']) {
      const url = field('server') + '/api/v1/namespaces/n/' + what
      require('node:https').get(url, { ca, headers: { authorization: 'Bearer ' + token } }, (response) => console.log(what, response.statusCode))
    }
  `)
  await cluster.apply(deployment())
  await expect
    .poll(async () => (await log().catch(() => '')).split('\n').sort())
    .toEqual(['', 'pods 200', 'secrets 403'])
  // A server elsewhere writes its journal a moment after its answers.
  const reads = () => cluster.requests?.all({ user: 'system:serviceaccount:n:default' }) ?? []
  await expect
    .poll(() =>
      reads()
        .map(({ resource }) => resource)
        .sort(),
    )
    .toEqual(['pods', 'secrets'])
})

test('a pod waits for its secret, and sees every later change of it on disk', async () => {
  await start(`
    const file = process.argv.find((one) => one.startsWith('--file=')).split('=')[1]
    console.log(fs.readFileSync(file, 'utf8'))
    fs.watch(require('node:path').dirname(file), () => { try { console.log(fs.readFileSync(file, 'utf8')) } catch {} })
  `)
  const container = {
    name: 'c',
    image: 'app',
    args: ['--file=/etc/s/key'],
    volumeMounts: [{ name: 's', mountPath: '/etc/s' }],
  }
  await cluster.apply(
    deployment({ containers: [container], volumes: [{ name: 's', secret: { secretName: 's' } }] }),
  )
  await eventually(cluster, async () => {
    expect((await pods())[0]?.status?.containerStatuses?.[0]?.state.waiting?.reason).toBe('ContainerCreating')
    expect(await status()).toMatchObject({ replicas: 1, unavailableReplicas: 1 })
  })
  await cluster.apply(secret({ metadata: { name: 's', namespace: 'n' }, data: { key: 'Zmlyc3Q=' } }))
  await event('ready')
  await expect.poll(log).toContain('first')
  await cluster.apply(secret({ metadata: { name: 's', namespace: 'n' }, data: { key: 'c2Vjb25k' } }))
  await expect.poll(log).toContain('second')
})

test('a crash is followed by one restart at once and then by a pause', async () => {
  await start('process.exit(3)', { crashBackOff: { firstMs: 60_000 } })
  await cluster.apply(deployment())
  const exited = await event('exited', 2)
  expect(exited).toMatchObject({ code: 3, deployment: 'd', container: 'c' })
  await eventually(cluster, async () => {
    const [container] = (await pods())[0]?.status?.containerStatuses ?? []
    expect(container).toMatchObject({
      restartCount: 2,
      ready: false,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 3 } },
    })
  })
  expect(events.filter(({ type }) => type === 'started')).toHaveLength(2)
})

test('a killed process comes back with another pid', async () => {
  const kubeletNode = await start('')
  await cluster.apply(deployment())
  const { pid } = await event('started')
  expect(kubeletNode.kill('n/d')).toEqual([pid])
  expect(await event('exited')).toMatchObject({ signal: 'SIGKILL', code: 137 })
  await event('started', 2)
  expect(kubeletNode.pids()[0]?.pid).not.toBe(pid)
})

test('readiness follows the probe; a failing liveness probe ends in a restart', async () => {
  const clock = manualClock({ start: Date.UTC(2026, 5, 1) })
  await start("process.on('SIGUSR2', () => { health = 500 }); console.log('up')", { clock })
  // Its time for an answer is the machine's, which may stand still.
  const probe = { httpGet: { path: '/healthz', port: 8000 }, periodSeconds: 10, timeoutSeconds: 60 }
  const readinessProbe = { ...probe, failureThreshold: 1 }
  await cluster.apply(
    deployment({
      containers: [
        { name: 'c', image: 'app', livenessProbe: { ...probe, failureThreshold: 3 }, readinessProbe },
      ],
    }),
  )
  const ticking = async (type: ContainerEvent['type'], count = 1): Promise<void> =>
    expect
      .poll(
        () => {
          clock.advance(2_000)
          return events.filter((one) => one.type === type).length
        },
        { timeout: 60_000, interval: 10 },
      )
      .toBeGreaterThanOrEqual(count)
  await isUp(1)
  await ticking('ready')
  await eventually(cluster, async () => {
    expect(await status()).toMatchObject({ readyReplicas: 1, availableReplicas: 1, observedGeneration: 1 })
    expect((await status())?.conditions?.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      'Available MinimumReplicasAvailable',
      'Progressing NewReplicaSetAvailable',
    ])
  })
  node?.kill('d', 'SIGUSR2')
  await ticking('unready')
  await eventually(cluster, async () => expect((await status())?.readyReplicas).toBeUndefined())
  await ticking('unhealthy')
  await isUp(2)
  await ticking('ready', 2)
  await eventually(cluster, async () =>
    expect((await pods())[0]?.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1, ready: true }),
  )
})

test('a startup probe holds the others back, and ends what does not start', async () => {
  const clock = manualClock({ start: Date.UTC(2026, 5, 1) })
  await start("health = 500; process.on('SIGUSR2', () => { health = 200 }); console.log('up')", { clock })
  const probe = { httpGet: { path: '/healthz', port: 8000 }, timeoutSeconds: 60 }
  const container = {
    name: 'c',
    image: 'app',
    startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 30 },
    livenessProbe: { ...probe, failureThreshold: 1 },
    readinessProbe: probe,
  }
  await cluster.apply(deployment({ containers: [container] }))
  const ticking = async (type: ContainerEvent['type']): Promise<void> =>
    expect
      .poll(
        () => {
          clock.advance(1_000)
          return events.some((one) => one.type === type)
        },
        { timeout: 60_000, interval: 10 },
      )
      .toBe(true)
  const first = await event('started')
  expect(first.type === 'started' ? [...first.ports.keys()] : []).toEqual([8000])
  // The clock stands still while a process comes up, and while it learns to answer.
  await isUp(1)
  await ticking('unhealthy') // of the startup probe: the liveness probe would not have waited for 30 failures
  expect(clock.now()).toBeGreaterThan(Date.UTC(2026, 5, 1) + 29_000)
  // Nothing of the events is thrown away here: the next start may be among them already.
  const second = await event('started', 2)
  await isUp(2)
  node?.kill('d', 'SIGUSR2')
  const port = second.type === 'started' ? second.ports.get(8000) : undefined
  await expect.poll(async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
  await ticking('ready')
  expect(events.filter(({ type }) => type === 'unhealthy')).toHaveLength(1)
})

test('a pod that wants no token gets none', async () => {
  await start("console.log('kubeconfig', process.env.KUBECONFIG ?? 'none')")
  await cluster.apply(deployment({ automountServiceAccountToken: false } as Overrides<Template>))
  await expect.poll(async () => log().catch(() => '')).toContain('kubeconfig none')
  const [uid = ''] = await readdir(join(directory, 'pods'))
  expect(await readdir(join(directory, 'pods', uid))).not.toContain('serviceaccount')
})

test('Recreate: the new process starts when the old one has ended, which is asked to first', async () => {
  await start(
    "process.on('SIGTERM', () => setTimeout(() => { console.log('bye'); process.exit(0) }, 100)); console.log('up')",
  )
  await cluster.apply(deployment())
  await expect.poll(async () => log().catch(() => '')).toContain('up')
  await cluster.apply(deployment({ containers: [{ name: 'c', image: 'app', args: ['changed'] }] }))
  await event('started', 2)
  const order = events.map(({ type }) => type).filter((type) => type === 'started' || type === 'exited')
  expect(order).toEqual(['started', 'exited', 'started'])
  await expect.poll(log).toContain('bye')
  await eventually(cluster, async () => expect(await pods()).toHaveLength(1))
})

test('scaled to none, nothing runs; deleted, nothing is left', async () => {
  const kubeletNode = await start('')
  await cluster.apply(deployment({}, 2))
  await event('started', 2)
  await admin.patch(kinds.Deployment, { namespace: 'n', name: 'd' }, { spec: { replicas: 1 } })
  await event('exited')
  await eventually(cluster, async () => expect(await status()).toMatchObject({ replicas: 1 }))
  await admin.remove(kinds.Deployment, { namespace: 'n', name: 'd' }, { propagationPolicy: 'Foreground' })
  await event('exited', 2)
  await eventually(cluster, async () => expect(await pods()).toEqual([]))
  expect(kubeletNode.pids()).toEqual([])
  await expect.poll(async () => readdir(join(directory, 'pods'))).toEqual([])
})

test('an image that nobody mapped is not pulled', async () => {
  await start('')
  await cluster.apply(deployment({ containers: [{ name: 'c', image: 'other' }] }))
  await eventually(cluster, async () =>
    expect((await pods())[0]?.status?.containerStatuses?.[0]?.state.waiting?.reason).toBe('ImagePullBackOff'),
  )
})

test('stopped, no process is left; started again, the pods run again', async () => {
  await start('')
  await cluster.apply(deployment())
  const { pid } = await event('started')
  await node?.stop()
  expect(isAlive(pid)).toBe(false)
  await start('')
  await event('started', 2)
  expect(await pods()).toHaveLength(1)
})

test('no process outlives a kubelet that is killed', async () => {
  await cluster.apply(deployment())
  const program = `
    import { kubelet } from ${JSON.stringify(new URL('./kubelet.ts', import.meta.url).href)}
    await kubelet({
      cluster: process.env.CLUSTER, dir: process.env.DIRECTORY,
      images: { app: { command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] } },
      onContainer: ({ type, pid }) => console.log(type, pid),
    })
  `
  const env = { ...process.env, CLUSTER: cluster.kubeconfig(), DIRECTORY: directory }
  const args = ['--conditions=@odfmo/source', '--input-type=module', '-e', program]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = await new Promise<number>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      const found = /started (\d+)/.exec(text.toString())
      if (found !== null) resolve(Number(found[1]))
    })
  })
  expect(isAlive(pid)).toBe(true)
  child.kill('SIGKILL')
  await expect.poll(() => isAlive(pid)).toBe(false)
})
