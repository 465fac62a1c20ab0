import type { Cases } from '../../conformance-case.ts'
import { configMap, hold, made, release } from './objects.ts'

export const finalizers: Cases = {
  'an object with a finalizer is marked when it is deleted, and answered as it then is': async (api) => {
    await made(api, 'a', { finalizers: [hold] })
    const marked = await api.delete(api.in('configmaps', 'a'))
    marked.is(200, {
      kind: 'ConfigMap',
      metadata: { deletionTimestamp: /Z$/, deletionGracePeriodSeconds: 0, finalizers: [hold] },
    })
    const read = await api.get(api.in('configmaps', 'a'))
    read.is(200, marked.body)
    await release(api, api.in('configmaps', 'a'))
  },

  'the object goes with its last finalizer, and a watch sees it marked and deleted': async (api) => {
    const { metadata } = await made(api, 'a', { finalizers: [hold, 'example.com/other'] })
    const watch = await api.watch(
      `${api.in('configmaps')}?fieldSelector=metadata.name%3Da&resourceVersion=${metadata.resourceVersion}`,
    )
    await api.delete(api.in('configmaps', 'a'))
    const one = await api.patch(api.in('configmaps', 'a'), 'merge', { metadata: { finalizers: [hold] } })
    one.is(200, { metadata: { finalizers: [hold] } })
    const last = await release(api, api.in('configmaps', 'a'))
    last.is(200, { kind: 'ConfigMap', metadata: { name: 'a', finalizers: undefined } })
    const read = await api.get(api.in('configmaps', 'a'))
    read.is(404, { reason: 'NotFound' })
    await watch.next({ type: 'MODIFIED' }, { type: 'MODIFIED' }, { type: 'DELETED' })
  },

  'a finalizer that is taken off with PUT lets the object go as well': async (api) => {
    await made(api, 'a', { finalizers: [hold] })
    const { body } = await api.delete(api.in('configmaps', 'a'))
    const put = await api.put(api.in('configmaps', 'a'), {
      ...body,
      metadata: { ...body.metadata, finalizers: [] },
      data: { a: '2' },
    })
    put.is(200, { metadata: { name: 'a' } })
    const read = await api.get(api.in('configmaps', 'a'))
    read.is(404)
  },

  'no finalizer can be added to an object that is being deleted': async (api) => {
    const path = api.in('configmaps', 'a')
    await made(api, 'a', { finalizers: [hold] })
    const { body } = await api.delete(path)
    const added = await api.patch(path, 'merge', { metadata: { finalizers: [hold, 'example.com/late'] } })
    added.is(422, { reason: 'Invalid', message: /no new finalizers can be added/ })
    const put = await api.put(path, {
      ...body,
      metadata: { ...body.metadata, finalizers: ['example.com/x', 'example.com/y'] },
    })
    put.is(422, { reason: 'Invalid' })
    await release(api, path)
  },

  'everything else may change while an object is being deleted': async (api) => {
    const path = api.in('configmaps', 'a')
    await made(api, 'a', { finalizers: [hold], labels: { app: 'x' } })
    await api.delete(path)
    const changed = await api.patch(path, 'merge', { metadata: { labels: { app: 'y' } }, data: { b: '2' } })
    changed.is(200, { metadata: { deletionTimestamp: /Z$/, labels: { app: 'y' } }, data: { a: '1', b: '2' } })
    await release(api, path)
  },

  'deleting again changes nothing': async (api) => {
    const path = api.in('configmaps', 'a')
    await made(api, 'a', { finalizers: [hold] })
    const { body } = await api.delete(path)
    const again = await api.delete(path)
    again.is(200, { metadata: { resourceVersion: body.metadata.resourceVersion } })
    const other = await api.delete(path, { gracePeriodSeconds: 0 })
    other.is(200, { metadata: { resourceVersion: body.metadata.resourceVersion } })
    await release(api, path)
  },

  'a deleted object with finalizers keeps its name until it is gone': async (api) => {
    const path = api.in('configmaps', 'a')
    await made(api, 'a', { finalizers: [hold] })
    await api.delete(path)
    const taken = await api.post(api.in('configmaps'), configMap('a'))
    taken.is(409, { reason: 'AlreadyExists' })
    await release(api, path)
    const again = await api.post(api.in('configmaps'), configMap('a'))
    again.is(201)
  },

  'a deletion cannot be taken back or written by a client': async (api) => {
    const path = api.in('configmaps', 'a')
    const posted = await api.post(api.in('configmaps'), {
      ...configMap('a'),
      metadata: {
        name: 'a',
        finalizers: [hold],
        deletionTimestamp: '2020-01-01T00:00:00Z',
        deletionGracePeriodSeconds: 5,
      },
    })
    posted.is(201, { metadata: { deletionTimestamp: undefined, deletionGracePeriodSeconds: undefined } })
    const written = await api.patch(path, 'merge', {
      metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' },
    })
    written.is(422, { reason: 'Invalid' })
    await api.delete(path)
    const back = await api.patch(path, 'merge', {
      metadata: { deletionTimestamp: null, deletionGracePeriodSeconds: null },
      data: { b: '2' },
    })
    back.is(200, { metadata: { deletionTimestamp: /Z$/, deletionGracePeriodSeconds: 0 } })
    const moved = await api.patch(path, 'merge', {
      metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' },
      data: { b: '3' },
    })
    moved.is(200, { metadata: { deletionTimestamp: back.body.metadata.deletionTimestamp } })
    const slower = await api.patch(path, 'merge', { metadata: { deletionGracePeriodSeconds: 60 } })
    slower.is(422)
    await release(api, path)
  },

  'finalizers are qualified names; those without a domain must be standard ones': async (api) => {
    const post = (name: string, ...names: readonly string[]) =>
      api.post(api.in('configmaps'), configMap(name, { finalizers: names }))
    const broken = await post('a', 'not a name')
    broken.is(422, { reason: 'Invalid' })
    const plain = await post('b', 'plain')
    plain.is(422)
    const several = await post('c', '', 'example.com/', '/x', 'example.com/fine')
    several.is(422)
    const kubernetes = await post('d', 'kubernetes')
    kubernetes.is(201)
    await release(api, api.in('configmaps', 'd'))
    const twice = await post('e', hold, hold)
    twice.is(201)
    await release(api, api.in('configmaps', 'e'))
    const added = await api.patch(api.in('configmaps', 'd'), 'merge', { metadata: { finalizers: ['x y'] } })
    added.is(422)
  },

  'an object cannot be both orphaning and deleting its dependents': async (api) => {
    const both = await api.post(
      api.in('configmaps'),
      configMap('a', { finalizers: ['orphan', 'foregroundDeletion'] }),
    )
    both.is(422, { reason: 'Invalid' })
  },
}
