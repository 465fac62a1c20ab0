import { X509Certificate } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { kinds } from '@odfmo/api-types'
import type { CertificateSigningRequest, ManagedCluster } from '@odfmo/api-types'
import { conditionOf } from '../access/conditions.ts'
import { storageCluster } from '../builders/builders.ts'
import { readCertificateRequest } from '../certificates/certificate-request.ts'
import { manualClock } from '../clock/manual-clock.ts'
import { eventually } from '../eventually.ts'
import { listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { kubelet } from './kubelet/kubelet.ts'
import { ocmHub } from './ocm-hub/ocm-hub.ts'
import { storage } from './storage/storage.ts'
import type { StorageOptions, StorageSimulator } from './storage/storage.ts'
import {
  approve,
  registeredAddOn,
  secrets,
  signingRequests,
  startSmallFleet,
  works,
} from './test/small-fleet.ts'
import type { SmallFleet } from './test/small-fleet.ts'

let fleet: SmallFleet

afterEach(async () => {
  await fleet.stop()
})

const at = 'openshift-storage'
const managed = { apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster' }
const pools = { apiVersion: 'ceph.rook.io/v1', kind: 'CephBlockPool' }
const claims = { apiVersion: 'objectbucket.io/v1alpha1', kind: 'ObjectBucketClaim' }
const hubAccess = { namespace: at, name: 'tokenexchange-hub-kubeconfig' }

const conditionIn = (object: KubeObject | undefined, type: string): unknown =>
  listAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type)
const newRequest = async (not?: string): Promise<KubeObject> =>
  fleet.hub.wait(async () =>
    (await fleet.hub.list(signingRequests)).find(({ metadata }) => metadata.name !== not),
  )
const certificate = async (not?: string): Promise<string> =>
  fleet.spoke.wait(async () => {
    const secret = await fleet.spoke.get(secrets, hubAccess)
    const text = textAt(secret, 'data', 'tls.crt')
    return text === '' || text === not ? undefined : text
  })

describe('a klusterlet', () => {
  test('asks for a new certificate when it is told to, with a new key', async () => {
    fleet = await startSmallFleet()
    await fleet.hub.apply(registeredAddOn())
    const first = await newRequest()
    await approve(fleet.onHub, first)
    const old = await certificate()
    fleet.klusterlet.renewCertificate('tokenexchange')
    await approve(fleet.onHub, await newRequest(first.metadata.name))
    const renewed = await certificate(old)
    const keyIn = (text: string): string =>
      new X509Certificate(Buffer.from(text, 'base64')).publicKey
        .export({ type: 'spki', format: 'pem' })
        .toString()
    expect(keyIn(renewed)).not.toBe(keyIn(old))
    expect(() => fleet.klusterlet.renewCertificate('other')).toThrow(
      'expected a registered add-on (tokenexchange), got "other"',
    )
  })

  test('can ask for more than it may', async () => {
    fleet = await startSmallFleet({
      subject: ({ groups }) => ({ user: 'system:admin', groups: [...groups, 'admins'] }),
    })
    await fleet.hub.apply(registeredAddOn())
    const { spec } = (await newRequest()) as unknown as CertificateSigningRequest
    const { subject } = readCertificateRequest(Buffer.from(spec?.request ?? '', 'base64').toString('utf8'))
    expect(subject.commonName).toBe('system:admin')
    expect(subject.organizations).toContain('admins')
  })

  test('can fail to apply a manifest, and applies the others', async () => {
    let isBroken = true
    fleet = await startSmallFleet({
      manifestFails: ({ metadata }) => (isBroken && metadata.name === 'b' ? 'exceeded quota' : undefined),
      resyncMs: 300,
      statusMs: 300,
    })
    const configMap = (name: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: at },
    })
    const key = { namespace: 'cluster1', name: 'w' }
    await fleet.hub.apply({
      ...works,
      metadata: key,
      spec: { workload: { manifests: [configMap('a'), configMap('b')] } },
    })
    const applied = async (): Promise<unknown> => conditionIn(await fleet.hub.get(works, key), 'Applied')
    await eventually(fleet.hub, async () =>
      expect(await applied()).toMatchObject({
        status: 'False',
        message: 'Failed to apply manifest work: exceeded quota',
      }),
    )
    expect(await fleet.spoke.get(configMap('a'), { namespace: at, name: 'a' })).toBeDefined()
    isBroken = false
    await eventually(fleet.hub, async () => expect(await applied()).toMatchObject({ status: 'True' }))
  })

  test('that hangs renews no lease: its cluster is Unknown until it goes on', async () => {
    const clock = manualClock()
    fleet = await startSmallFleet({ clock })
    const available = async (): Promise<string | undefined> => {
      const cluster = (await fleet.hub.get(managed, { name: 'cluster1' })) as unknown as ManagedCluster
      return conditionOf(cluster.status?.conditions, 'ManagedClusterConditionAvailable')?.status
    }
    await eventually(fleet.hub, async () => expect(await available()).toBe('True'))
    fleet.klusterlet.pause()
    const later = async (): Promise<string | undefined> => {
      clock.advance(60_000)
      return available()
    }
    await expect.poll(later).toBe('Unknown')
    fleet.klusterlet.resume()
    await expect.poll(later).toBe('True')
  })
})

test('a hub before its addon-manager leaves add-ons to theirs', async () => {
  fleet = await startSmallFleet()
  const lines: string[] = []
  const seen: string[] = []
  const old = fleet.add(
    await ocmHub({
      hub: fleet.hub.kubeconfig(),
      addOnManager: false,
      log: (line) => void lines.push(line),
      fails: ({ what, key }) => {
        seen.push(`${what} ${key}`)
        return undefined
      },
    }),
  )
  await fleet.hub.apply({
    apiVersion: 'addon.open-cluster-management.io/v1alpha1',
    kind: 'ClusterManagementAddOn',
    metadata: { name: 'tokenexchange' },
    spec: { addOnMeta: { displayName: 't' } },
  })
  await fleet.hub.apply(registeredAddOn())
  await expect.poll(() => seen).toContain('add-on cluster1/tokenexchange')
  await old.stop()
  expect(lines).toEqual([])
})

describe('storage', () => {
  const start = async (options: Partial<StorageOptions> = {}): Promise<StorageSimulator> => {
    fleet = await startSmallFleet()
    const one = fleet.add(await storage({ spoke: fleet.spoke.kubeconfig(), ...options }))
    await fleet.spoke.apply(storageCluster({ spec: { mirroring: { enabled: true } } }))
    return one
  }

  test('tells of mirroring that is ill', async () => {
    const one = await start()
    const summary = async (): Promise<unknown> =>
      recordAt((await fleet.spoke.list(pools, at))[0], 'status', 'mirroringStatus', 'summary')
    await eventually(fleet.spoke, async () => expect(await summary()).toMatchObject({ health: 'OK' }))
    await one.setMirroringHealth('ocs-storagecluster', 'ERROR')
    expect(await summary()).toMatchObject({ health: 'ERROR', daemon_health: 'ERROR' })
  })

  test('can bind no buckets, and can fail and be slow', async () => {
    const attempts: number[] = []
    await start({
      bindsNoBuckets: true,
      delayMs: 10,
      fails: ({ what, attempt }) => {
        if (what === 'bucket claim') attempts.push(attempt)
        return what === 'bucket claim' && attempt === 1 ? 'no backing store' : undefined
      },
    })
    await fleet.spoke.apply({
      ...claims,
      metadata: { namespace: at, name: 'bucket' },
      spec: { storageClassName: `${at}.noobaa.io`, generateBucketName: 'b' },
    })
    await eventually(fleet.spoke, async () =>
      expect(await fleet.spoke.get(claims, { namespace: at, name: 'bucket' })).toMatchObject({
        status: { phase: 'Pending' },
      }),
    )
    expect(attempts.slice(0, 2)).toEqual([1, 2])
    expect(await fleet.spoke.get(secrets, { namespace: at, name: 'bucket' })).toBeUndefined()
  })
})

test('a kubelet renews the lease of its node, while it does not hang', async () => {
  const clock = manualClock()
  fleet = await startSmallFleet({ clock })
  const node = fleet.add(
    await kubelet({
      cluster: fleet.spoke.kubeconfig(),
      dir: fleet.directory,
      images: {},
      clock,
      nodeLease: true,
    }),
  )
  const renewed = async (): Promise<string> => {
    const key = { namespace: 'kube-node-lease', name: 'simulated-node' }
    return textAt(
      await fleet.spoke.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }, key),
      'spec',
      'renewTime',
    )
  }
  const first = await fleet.spoke.wait(async () => (await renewed()) || undefined)
  await expect
    .poll(async () => {
      clock.advance(10_000)
      return renewed()
    })
    .not.toBe(first)
  node.pause()
  /** Whatever was asked of the spoke before is answered by then. */
  const answered = async (): Promise<void> => {
    for (let count = 0; count < 20; count++) await fleet.onSpoke.list(kinds.Namespace, {})
  }
  // what had been under way when it was told to hang may still end
  await answered()
  const last = await renewed()
  clock.advance(60_000)
  await answered()
  expect(await renewed()).toBe(last)
})
