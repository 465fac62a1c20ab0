import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { DRCluster, DRPolicy } from '@odfmo/api-types'
import { drCluster, drPolicy, namespace, secret } from '../../builders/builders.ts'
import type { Cluster } from '../../cluster.ts'
import { eventually } from '../../eventually.ts'
import { recordAt, textAt } from '../../kube-object.ts'
import { startTestCluster } from '../../start-test-cluster.ts'
import { conditionOf } from '../../access/conditions.ts'
import { hubCrds } from '../crds/crds.ts'
import type { Simulator } from '../simulator.ts'
import { ramen } from './ramen.ts'
import { newRamenConfig, rewrittenConfig, s3Profiles } from './ramen-config.ts'

let hub: Cluster
let simulator: Simulator

const at = 'openshift-operators'
const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'ramen-hub-operator-config', namespace: at },
}
const ramenKind = 'ramendr.openshift.io/v1alpha1'
const profile = {
  s3ProfileName: 's3profile-cluster1-ocs-storagecluster',
  s3Bucket: 'b',
  s3Region: 'noobaa',
  s3SecretRef: { name: 's3-secret' },
}
const withProfile = newRamenConfig.replace(
  's3StoreProfiles: []',
  `s3StoreProfiles:\n- ${JSON.stringify(profile)}`,
)
const text = async (): Promise<string> =>
  textAt(await hub.get(configMap, configMap.metadata), 'data', 'ramen_manager_config.yaml')
const validated = async (): Promise<unknown> => {
  const cluster = (await hub.get(
    { apiVersion: ramenKind, kind: 'DRCluster' },
    { name: 'cluster1' },
  )) as unknown as DRCluster
  return conditionOf(cluster.status?.conditions, 'Validated')
}

beforeEach(async () => {
  hub = await startTestCluster({ name: 'hub', crds: hubCrds })
  await hub.apply(namespace(at))
})

afterEach(async () => {
  await simulator.stop()
  await hub.stop()
})

test('the configuration is there after Ramen has started, and an existing one is left alone', async () => {
  simulator = await ramen({ hub: hub.kubeconfig(), namespace: at })
  expect(await text()).toBe(newRamenConfig)
  await simulator.stop()
  await hub.apply({ ...configMap, data: { 'ramen_manager_config.yaml': withProfile } })
  simulator = await ramen({ hub: hub.kubeconfig(), namespace: at })
  expect(await text()).toBe(withProfile)
})

test('one that rewrites its configuration drops the profiles', async () => {
  await hub.apply({ ...configMap, data: { 'ramen_manager_config.yaml': withProfile } })
  simulator = await ramen({ hub: hub.kubeconfig(), namespace: at, rewrites: true })
  expect(await text()).toBe(rewrittenConfig(withProfile))
  expect(s3Profiles(await text())).toEqual([])
  expect(recordAt({ config: parse(await text()) as unknown }, 'config')).toEqual(parse(newRamenConfig))
})

test('a DRCluster is validated when its profile is configured and the secret exists', async () => {
  simulator = await ramen({ hub: hub.kubeconfig(), namespace: at })
  await hub.apply(drCluster(), drPolicy({ spec: { drClusters: ['cluster1'] } }))
  await eventually(hub, async () =>
    expect(await validated()).toMatchObject({ status: 'False', reason: 's3ConnectionFailed' }),
  )
  await hub.apply({ ...configMap, data: { 'ramen_manager_config.yaml': withProfile } })
  await eventually(hub, async () =>
    expect(await validated()).toMatchObject({
      status: 'False',
      message: expect.stringContaining('failed to get secret s3-secret') as string,
    }),
  )
  await hub.apply(secret({ metadata: { name: 's3-secret', namespace: at } }))
  await eventually(hub, async () => {
    expect(await validated()).toMatchObject({ status: 'True' })
    const policy = (await hub.get(
      { apiVersion: ramenKind, kind: 'DRPolicy' },
      { name: 'dr-policy' },
    )) as unknown as DRPolicy
    expect(conditionOf(policy.status?.conditions, 'Validated')?.status).toBe('True')
  })
})
