import { describe, expect, it } from 'vitest'
import { BuiltInTypes } from '../types/built-in-types.ts'
import { TypeSchemas } from '../types/schema-of-type.ts'
import { StrategicPatchError } from './strategic-error.ts'
import { strategicMergePatch as patchBySchema } from './strategic-merge-patch.ts'

const schema = new TypeSchemas(new BuiltInTypes()).schemaOf('apps.Deployment')
const strategicMergePatch = (target: Record<string, unknown>, patch: unknown): unknown =>
  patchBySchema(target, structuredClone(patch) as Record<string, unknown>, schema)

const deployment = {
  metadata: { finalizers: ['a'], ownerReferences: [{ uid: '1', name: 'x' }] },
  spec: {
    template: {
      spec: {
        containers: [
          { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }], args: ['p', 'q'] },
          { name: 'b', image: 'b:1' },
        ],
      },
    },
  },
}

const withContainers = (containers: unknown): unknown => ({ spec: { template: { spec: { containers } } } })
const containersAfter = (patch: unknown): unknown => {
  const result = strategicMergePatch(deployment, patch) as typeof deployment
  return result.spec.template.spec.containers
}

describe('strategicMergePatch', () => {
  it('merges containers and their variables by name, and replaces plain lists', () => {
    expect(
      containersAfter(
        withContainers([{ name: 'a', image: 'a:2', env: [{ name: 'Y', value: '2' }], args: ['r'] }]),
      ),
    ).toEqual([
      {
        name: 'a',
        image: 'a:2',
        env: [
          { name: 'Y', value: '2' },
          { name: 'X', value: '1' },
        ],
        args: ['r'],
      },
      { name: 'b', image: 'b:1' },
    ])
  })

  it('adds what has a new key and deletes what a directive names', () => {
    expect(
      containersAfter(
        withContainers([
          { name: 'c', image: 'c:1' },
          { name: 'a', $patch: 'delete' },
        ]),
      ),
    ).toEqual([
      { name: 'c', image: 'c:1' },
      { name: 'b', image: 'b:1' },
    ])
  })

  it('replaces a whole list by a directive', () => {
    expect(containersAfter(withContainers([{ $patch: 'replace' }, { name: 'z' }]))).toEqual([{ name: 'z' }])
  })

  it('orders a list as the client wants it', () => {
    const patch = {
      spec: { template: { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } } },
    }
    expect((containersAfter(patch) as { name: string }[]).map(({ name }) => name)).toEqual(['b', 'a'])
  })

  it('merges finalizers as a set, and takes some out', () => {
    expect(strategicMergePatch(deployment, { metadata: { finalizers: ['b', 'a'] } })).toMatchObject({
      metadata: { finalizers: ['b', 'a'] },
    })
    expect(
      strategicMergePatch(deployment, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } }),
    ).toMatchObject({
      metadata: { finalizers: [] },
    })
  })

  it('merges owner references by uid', () => {
    const patched = strategicMergePatch(deployment, {
      metadata: {
        ownerReferences: [
          { uid: '2', name: 'y' },
          { uid: '1', controller: true },
        ],
      },
    })
    expect(patched).toMatchObject({
      metadata: {
        ownerReferences: [
          { uid: '2', name: 'y' },
          { uid: '1', name: 'x', controller: true },
        ],
      },
    })
  })

  it('replaces a map, removes by null, keeps only retained keys', () => {
    expect(strategicMergePatch({ a: { b: 1 } }, { a: { $patch: 'replace', c: 2 } })).toEqual({ a: { c: 2 } })
    expect(strategicMergePatch({ a: { b: 1, c: 2 } }, { a: { b: null } })).toEqual({ a: { c: 2 } })
    expect(strategicMergePatch({ a: { b: 1, c: 2 } }, { a: { $retainKeys: ['c', 'd'], d: 3 } })).toEqual({
      a: { c: 2, d: 3 },
    })
  })

  it('refuses items without their key', () => {
    expect(() => strategicMergePatch(deployment, withContainers([{ image: 'x' }]))).toThrow(
      StrategicPatchError,
    )
  })
})
