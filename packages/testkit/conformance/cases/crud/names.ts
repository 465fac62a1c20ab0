import type { Cases } from '../../conformance-case.ts'
import { configMap, service } from './objects.ts'

const unnamed = (metadata: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata })

export const names: Cases = {
  'a name is made from generateName, with five characters after it': async (api) => {
    const made = await api.post(api.in('configmaps'), unnamed({ generateName: 'a-' }))
    made.is(201, { metadata: { generateName: 'a-', name: /^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/ } })
    const other = await api.post(api.in('configmaps'), unnamed({ generateName: 'a-' }))
    other.is(201, { metadata: { name: (name: string) => name !== made.body.metadata.name } })
  },

  'a name wins over generateName, which is kept': async (api) => {
    const made = await api.post(api.in('configmaps'), unnamed({ generateName: 'a-', name: 'b' }))
    made.is(201, { metadata: { generateName: 'a-', name: 'b' } })
  },

  'a generated name has 63 characters at most': async (api) => {
    const prefix = 'a'.repeat(80)
    const made = await api.post(api.in('configmaps'), unnamed({ generateName: prefix }), {
      show: ({ metadata }) => ({ generateName: metadata.generateName, length: metadata.name.length }),
    })
    made.is(201, { metadata: { generateName: prefix, name: /^a{58}.{5}$/ } })
  },

  'without a name and without generateName nothing is created': async (api) => {
    const made = await api.post(api.in('configmaps'), unnamed({}))
    made.is(422, {
      reason: 'Invalid',
      details: { kind: 'ConfigMap', causes: [{ reason: 'FieldValueRequired', field: 'metadata.name' }] },
    })
    const noMetadata = await api.post(api.in('configmaps'), { apiVersion: 'v1', kind: 'ConfigMap' })
    noMetadata.is(422)
  },

  'names that are no DNS subdomains are Invalid': async (api) => {
    for (const name of ['Upper', 'under_score', '-a', 'a-', 'a..b', 'a/b', 'ä', '.', 'a'.repeat(254)]) {
      const made = await api.post(api.in('configmaps'), configMap(name))
      made.is(422, { reason: 'Invalid', details: { name } })
    }
    const longest = await api.post(api.in('configmaps'), configMap('a'.repeat(253)))
    longest.is(201)
  },

  'namespaces and services have DNS labels for names': async (api) => {
    for (const name of ['a.b', 'Upper', 'a'.repeat(64)]) {
      const namespace = await api.post('/api/v1/namespaces', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name },
      })
      namespace.is(422, { reason: 'Invalid' })
    }
    for (const name of ['1a', 'a.b', 'a'.repeat(64)]) {
      const made = await api.post(api.in('services'), service(name, { ports: [{ port: 80 }] }))
      made.is(422, { reason: 'Invalid' })
    }
  },

  'a generateName whose names could not be valid is Invalid': async (api) => {
    const upper = await api.post(api.in('configmaps'), unnamed({ generateName: 'Upper-' }), {
      show: (body) => JSON.parse(JSON.stringify(body).replaceAll(/Upper-[a-z0-9]{5}/g, 'Upper-*')),
    })
    upper.is(422, { reason: 'Invalid' })
    const alsoNamed = await api.post(api.in('configmaps'), unnamed({ name: 'ok', generateName: 'Upper-' }))
    alsoNamed.is(422)
  },

  'labels, annotations, finalizers and owner references are validated': async (api) => {
    const made = async (metadata: object): Promise<void> => {
      const answer = await api.post(api.in('configmaps'), unnamed({ name: 'a', ...metadata }))
      answer.is(422, { reason: 'Invalid' })
    }
    await made({ labels: { 'a b': '1' } })
    await made({ labels: { '/a': '1' } })
    await made({ labels: { 'a/b/c': '1' } })
    await made({ labels: { 'A/b': '1' } })
    await made({ labels: { '': '1' } })
    await made({ labels: { a: 'b c' } })
    await made({ labels: { a: 'b'.repeat(64) } })
    await made({ labels: { ['k'.repeat(64)]: '1' } })
    await made({ annotations: { 'a b': '1' } })
    await made({ annotations: { a: 'x'.repeat(262_144) } })
    await made({ finalizers: ['no-domain', 'example.com/right', 'example.com/wrong one'] })
    await made({ ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o' }] })
    await made({ ownerReferences: [{ apiVersion: '', kind: '', name: '', uid: '' }] })
    await made({
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'u1', controller: true },
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'p', uid: 'u2', controller: true },
      ],
    })
    await made({ ownerReferences: [{ apiVersion: 'v1', kind: 'Event', name: 'o', uid: 'u1' }] })
  },
}
