import { describe, expect, it } from 'vitest'
import { configMap, hub, managerOf, scenes } from '../../test/manager-scene.ts'
import { controller } from './controller.ts'
import { done, requeueAfter, TerminalError, type ReconcileResult } from './reconcile.ts'
import { source } from './source.ts'

const { scene, onAnyCluster } = scenes()

describe('controller', () => {
  onAnyCluster()

  const running = async (
    reconcile: (key: string, times: number) => ReconcileResult,
  ): Promise<{ stop: () => Promise<void>; seen: string[]; until: (count: number) => Promise<void> }> => {
    const seen: string[] = []
    const waiting: (() => void)[] = []
    const manager = managerOf(scene.client, 'one')
    manager.add(
      controller(
        {
          name: 'test',
          sources: [
            // A real server has ConfigMaps of its own.
            source(hub.ConfigMap, ({ metadata, data = {} }) =>
              metadata.namespace === 'default' ? [`${metadata.name}:${data['v'] ?? ''}`] : [],
            ),
          ],
          async reconcile(name) {
            seen.push(name)
            for (const check of waiting) check()
            return reconcile(name, seen.filter((other) => other === name).length)
          },
        },
        { cache: manager.informers, observer: manager.metrics },
      ),
    )
    const stop = new AbortController()
    const run = manager.run(stop.signal)
    return {
      seen,
      until: (count) =>
        new Promise((resolve) => {
          const check = (): void => (seen.length >= count ? resolve() : undefined)
          waiting.push(check)
          check()
        }),
      stop: async () => {
        stop.abort()
        await run
      },
    }
  }

  it('reconciles what is there, and the keys of old and new on a change', async () => {
    await scene.cluster.apply(configMap('a', { v: '1' }))
    const { seen, until, stop } = await running(() => done)
    await until(1)
    await scene.cluster.apply(configMap('a', { v: '2' }))
    await until(3)
    expect(seen).toEqual(['a:1', 'a:1', 'a:2'])
    await stop()
  })

  it('tries again after a throw, looks again when asked, and leaves alone what is hopeless', async () => {
    await scene.cluster.apply(configMap('again'), configMap('later'), configMap('never'))
    const { seen, until, stop } = await running((name, times) => {
      if (name === 'never:') throw new TerminalError('hopeless')
      if (name === 'again:' && times < 3) throw new Error('not yet')
      return name === 'later:' && times < 2 ? requeueAfter(5) : done
    })
    await until(6)
    expect(seen.toSorted()).toEqual(['again:', 'again:', 'again:', 'later:', 'later:', 'never:'])
    await stop()
  })
})
