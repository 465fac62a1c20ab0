import type { KubeObject } from '@odfmo/api-types/meta'
import { evaluate, staticCache, type Derived, type SyncState, type WatchedKind } from '@odfmo/controller-kit'
import { describe, expect, it } from 'vitest'
import { consoleInit } from '../console-init.ts'
import { consolePlugin, consolePluginV1Alpha1 } from '../console-plugin.ts'
import { consoleService } from '../console-service.ts'

const place = { namespace: 'openshift-operators', port: 9001 }
const { kinds, derived } = consoleInit(place)
const [service, plugin, pluginV1Alpha1] = derived as readonly [Derived, Derived, Derived]
const name = 'odf-multicluster-console'
const deployment: KubeObject = { metadata: { name, namespace: place.namespace } }
const going: KubeObject = {
  metadata: { ...deployment.metadata, deletionTimestamp: '2026-11-22T00:00:00Z', finalizers: ['x'] },
}

/** What each of the three rules answers. */
const answers = (
  deployments: readonly KubeObject[],
  served: readonly ('v1' | 'v1alpha1')[],
): Readonly<Record<string, unknown>> => {
  const missing: SyncState = { is: 'notServed' }
  const sync = new Map<WatchedKind, SyncState>([
    ...(served.includes('v1') ? [] : [[kinds.ConsolePlugin as WatchedKind, missing] as const]),
    ...(served.includes('v1alpha1') ? [] : [[kinds.ConsolePluginV1Alpha1 as WatchedKind, missing] as const]),
  ])
  const cache = staticCache([[kinds.ConsoleDeployment, deployments]], { sync })
  return Object.fromEntries(
    derived.map((rule) => {
      const { wanted } = evaluate(rule, { name }, cache)
      if (wanted.is === 'present') return [rule.name, wanted.object]
      return [rule.name, wanted.is === 'waiting' ? wanted.reason : wanted.is]
    }),
  )
}
const [made, v1, v1alpha1] = [consoleService(place), consolePlugin(place), consolePluginV1Alpha1(place)]

describe('what is wanted', () => {
  it.each<[string, readonly KubeObject[], readonly ('v1' | 'v1alpha1')[], readonly unknown[]]>([
    ['no Deployment: nothing, and what is there stays', [], ['v1', 'v1alpha1'], ['leave', 'leave', 'leave']],
    ['a Deployment that goes: the same', [going], ['v1'], ['leave', 'leave', 'leave']],
    ['a new console', [deployment], ['v1', 'v1alpha1'], [made, v1, 'leave']],
    ['one that serves v1 alone', [deployment], ['v1'], [made, v1, 'leave']],
    ['an old console', [deployment], ['v1alpha1'], [made, 'leave', v1alpha1]],
    ['no console', [deployment], [], [made, 'KindNotServed', 'leave']],
    ['neither', [], [], ['leave', 'leave', 'leave']],
  ])('%s', (_what, deployments, served, [first, second, third]) => {
    expect(answers(deployments, served)).toEqual({
      'console-service': first,
      'console-plugin': second,
      'console-plugin-v1alpha1': third,
    })
  })

  it('the wait for OpenShift’s console says for what, and in which versions', () => {
    const sync = new Map<WatchedKind, SyncState>([
      [kinds.ConsolePlugin, { is: 'notServed' }],
      [kinds.ConsolePluginV1Alpha1, { is: 'notServed' }],
    ])
    const cache = staticCache([[kinds.ConsoleDeployment, [deployment]]], { sync })
    expect(evaluate(plugin, { name }, cache).wanted).toMatchObject({
      message: expect.stringMatching(
        /consoleplugins\.console\.openshift\.io neither in v1 nor in v1alpha1/,
      ) as string,
    })
  })

  it('the older version is not asked for where the newer one is served', () => {
    const cache = staticCache([[kinds.ConsoleDeployment, [deployment]]])
    const asked = new Set<WatchedKind>()
    const watching = {
      ...cache,
      sync: (of: WatchedKind) => {
        asked.add(of)
        return cache.sync(of)
      },
    }
    for (const rule of derived) evaluate(rule, { name }, watching)
    expect(asked).not.toContain(kinds.ConsolePluginV1Alpha1)
  })

  it('nothing is wanted before the Deployment comes, which brings each object by its key', () => {
    for (const rule of derived) expect(rule.keys.map(({ of }) => of)).toEqual([kinds.ConsoleDeployment])
    const keysOf = (rule: Derived) => rule.keys.flatMap(({ keys }) => keys(deployment))
    expect(keysOf(service)).toEqual([{ namespace: place.namespace, name }])
    expect(keysOf(plugin)).toEqual([{ name }])
    expect(keysOf(pluginV1Alpha1)).toEqual([{ name }])
  })
})
