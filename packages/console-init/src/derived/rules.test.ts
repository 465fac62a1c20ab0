import type { KubeObject } from '@odfmo/api-types/meta'
import { evaluate, staticCache, type CacheReader, type Derived } from '@odfmo/controller-kit'
import { describe, expect, it } from 'vitest'
import { consoleInit } from '../console-init.ts'
import { consolePlugin, consolePluginV1Alpha1 } from '../console-plugin.ts'
import { consoleService } from '../console-service.ts'
import { consoleCrd } from '../test/console-crd.ts'

const place = { namespace: 'openshift-operators', port: 9001 }
const { kinds, derived } = consoleInit(place)
const [service, plugin, pluginV1Alpha1] = derived as readonly [Derived, Derived, Derived]
const name = 'odf-multicluster-console'
const deployment: KubeObject = { metadata: { name, namespace: place.namespace } }
const going: KubeObject = {
  metadata: { ...deployment.metadata, deletionTimestamp: '2026-11-22T00:00:00Z', finalizers: ['x'] },
}

/** A cluster with these Deployments, whose console has its kind in these versions; none: there is no console. */
const cacheOf = (deployments: readonly KubeObject[], served: readonly ('v1' | 'v1alpha1')[]): CacheReader => {
  const { spec, metadata } = consoleCrd('v1', 'v1alpha1')
  const versions = spec.versions.map((version) => ({
    ...version,
    served: served.some((name) => name === version.name),
  }))
  const definition = { metadata, spec: { ...spec, versions } }
  return staticCache([
    [kinds.ConsoleDeployment, deployments],
    [kinds.PluginDefinition, served.length === 0 ? [] : [definition]],
  ])
}

/** What each of the three rules answers. */
const answers = (cache: CacheReader): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    derived.map((rule) => {
      const { wanted } = evaluate(rule, { name }, cache)
      if (wanted.is === 'present') return [rule.name, wanted.object]
      return [rule.name, wanted.is === 'waiting' ? wanted.reason : wanted.is]
    }),
  )
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
    expect(answers(cacheOf(deployments, served))).toEqual({
      'console-service': first,
      'console-plugin': second,
      'console-plugin-v1alpha1': third,
    })
  })

  it('the wait for OpenShift’s console says for what, and in which versions', () => {
    expect(evaluate(plugin, { name }, cacheOf([deployment], [])).wanted).toMatchObject({
      message: expect.stringMatching(
        /consoleplugins\.console\.openshift\.io neither in v1 nor in v1alpha1/,
      ) as string,
    })
  })

  it('versions that the definition names and does not serve are none', () => {
    const { spec, metadata } = consoleCrd('v1')
    const versions = spec.versions.map((version) => ({ ...version, served: false }))
    const cache = staticCache([
      [kinds.ConsoleDeployment, [deployment]],
      [kinds.PluginDefinition, [{ metadata, spec: { ...spec, versions } } as KubeObject]],
    ])
    expect(answers(cache)['console-plugin']).toBe('KindNotServed')
  })

  it('nothing is wanted before the Deployment comes, which brings each object by its key', () => {
    for (const rule of derived) expect(rule.keys.map(({ of }) => of)).toEqual([kinds.ConsoleDeployment])
    const keysOf = (rule: Derived) => rule.keys.flatMap(({ keys }) => keys(deployment))
    expect(keysOf(service)).toEqual([{ namespace: place.namespace, name }])
    expect(keysOf(plugin)).toEqual([{ name }])
    expect(keysOf(pluginV1Alpha1)).toEqual([{ name }])
  })
})
