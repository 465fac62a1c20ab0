import type { Kind, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { expect, it } from 'vitest'
import { staticCache } from '../cache/static-cache.ts'
import { cluster, watch } from '../watched-kind.ts'
import { FreshView } from './fresh-view.ts'
import { Reads } from './reads.ts'

const kind: Kind<KubeObject> = {
  group: 'g',
  version: 'v1',
  kind: 'Thing',
  plural: 'things',
  namespaced: true,
}
const { Thing: things } = cluster('c', { Thing: watch(kind) })

it.each([
  ['a/b', 'x'],
  ['..', 'x'],
  ['.', 'x'],
  ['', 'x'],
  ['n', '..'],
  ['n', 'x/status'],
  ['n', '%2e%2e'],
  ['n', ''],
])(
  'takes what cannot have its name on any server for absent, and asks nobody: %s/%s',
  async (namespace, name) => {
    const asked: ObjectKey[] = []
    const getLive = async (_of: unknown, key: ObjectKey): Promise<KubeObject> => {
      asked.push(key)
      return { metadata: { ...key, uid: 'u', resourceVersion: '1' } }
    }
    const view = new FreshView(staticCache([]), getLive, () => Promise.reject(new Error('no list')))
    const key = { namespace, name }
    await view.fetch(new Reads(), { of: things, key })
    expect(asked).toEqual([])
    expect(view.get(things, key)).toBeUndefined()
    const possible = { namespace: 'n', name: 'open-cluster-management:token..agent' }
    await view.fetch(new Reads(), { of: things, key: possible })
    expect(asked).toEqual([possible])
    expect(view.get(things, possible)).toBeDefined()
  },
)
