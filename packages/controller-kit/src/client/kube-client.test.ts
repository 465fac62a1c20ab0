import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import { describe, expect, it } from 'vitest'
import { configMaps, journalOf, namespaces, secrets, widgetDefinition, widgets } from '../../test/clients.ts'
import { eachOnAnyCluster } from '../../test/each-client.ts'
import { isAlreadyExists, isConflict, isInvalid, isNotFound, KubeError } from './kube-error.ts'

const core = { group: '', version: 'v1', namespaced: true }
const serviceAccounts: Kind = { ...core, kind: 'ServiceAccount', plural: 'serviceaccounts' }
const services: Kind<
  KubeObject & { readonly spec?: { readonly ports: readonly { readonly name: string }[] } }
> = {
  ...core,
  kind: 'Service',
  plural: 'services',
}
const key = { namespace: 'default', name: 'a' }

describe('KubeClient', () => {
  const each = eachOnAnyCluster()

  it('creates, reads, updates, patches and deletes, and loses no field it does not know', async () => {
    await each.cluster.installCrds(widgetDefinition)
    const made = await each.client.create(widgets, {
      metadata: key,
      spec: { unknown: { deep: [1, { x: null }] } },
    })
    expect(made).toMatchObject({
      apiVersion: 'test.io/v1',
      kind: 'Widget',
      spec: { unknown: { deep: [1, { x: null }] } },
    })
    const updated = await each.client.update(widgets, { ...made, spec: { ...made.spec, more: true } })
    expect(updated.spec).toEqual({ unknown: { deep: [1, { x: null }] }, more: true })
    await each.client.patch(widgets, key, 'merge', { spec: { more: null } })
    await each.client.patch(widgets, key, 'json', [{ op: 'add', path: '/spec/json', value: 1 }])
    await each.client.patch(widgets, key, 'merge', { status: { phase: 'Ready' } }, { subresource: 'status' })
    expect(await each.client.get(widgets, key)).toMatchObject({
      spec: { unknown: { deep: [1, { x: null }] }, json: 1 },
      status: { phase: 'Ready' },
    })
    expect(await each.client.delete(widgets, key)).toBeUndefined()
    await expect(each.client.get(widgets, key)).rejects.toSatisfy(isNotFound)
  })

  it('answers the object while finalizers hold it', async () => {
    await each.client.create(configMaps, { metadata: { ...key, finalizers: ['test.io/hold'] } })
    const held = await each.client.delete(configMaps, key)
    expect(held?.metadata.deletionTimestamp).toBeDefined()
    await each.client.patch(configMaps, key, 'merge', { metadata: { finalizers: null } })
    await expect(each.client.get(configMaps, key)).rejects.toSatisfy(isNotFound)
  })

  it('tells refusals apart', async () => {
    const made = await each.client.create(configMaps, { metadata: key })
    await expect(each.client.create(configMaps, { metadata: key })).rejects.toSatisfy(isAlreadyExists)
    await each.client.patch(configMaps, key, 'merge', { data: { a: '1' } })
    await expect(each.client.update(configMaps, made)).rejects.toSatisfy(isConflict)
    await expect(each.client.delete(configMaps, key, { uid: 'other' })).rejects.toSatisfy(isConflict)
    await expect(
      each.client.create(configMaps, { metadata: { ...key, name: 'Not A Name' } }),
    ).rejects.toSatisfy(isInvalid)
  })

  it('applies what is there or not, and takes fields of others over only by force', async () => {
    const mine = (value: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: key,
      data: { a: value },
    })
    expect((await each.client.patch(configMaps, key, 'apply', mine('1'))).data).toEqual({ a: '1' })
    const other = { fieldManager: 'other' }
    await expect(each.client.patch(configMaps, key, 'apply', mine('2'), other)).rejects.toSatisfy(isConflict)
    const taken = await each.client.patch(configMaps, key, 'apply', mine('2'), { ...other, force: true })
    expect(taken.data).toEqual({ a: '2' })
    const owners = (taken.metadata as { managedFields?: readonly { manager?: string }[] }).managedFields
    expect(owners?.map(({ manager }) => manager)).toContain('other')
  })

  it('merges lists of built-in kinds by their keys in a strategic patch', async () => {
    const port = (number: number) => ({ port: number, protocol: 'TCP', targetPort: number })
    await each.client.create(services, { metadata: key, spec: { ports: [{ ...port(80), name: 'a' }] } })
    const ports = [{ ...port(81), name: 'b' }]
    const patched = await each.client.patch(services, key, 'strategic', { spec: { ports } })
    expect(patched.spec?.ports.map(({ name }) => name).toSorted()).toEqual(['a', 'b'])
  })

  it('reads and writes subresources, and creates what is only one', async () => {
    await each.client.create(serviceAccounts, { metadata: key })
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: key, spec: {} }
    const answer = await each.client.create<KubeObject>(serviceAccounts, request, { subresource: 'token' })
    expect(answer).toMatchObject({ kind: 'TokenRequest', status: { token: expect.any(String) } })

    await each.cluster.installCrds(widgetDefinition)
    await each.client.create(widgets, { metadata: key, spec: {} })
    await each.client.patch(widgets, key, 'merge', { status: { phase: 'Ready' } }, { subresource: 'status' })
    const read = await each.client.get(widgets, key, { subresource: 'status' })
    expect(read.status).toEqual({ phase: 'Ready' })
    const written = { ...read, spec: { changed: true }, status: { phase: 'Gone' } }
    expect(await each.client.update(widgets, written, { subresource: 'status' })).toMatchObject({
      spec: {},
      status: { phase: 'Gone' },
    })
    await expect(each.client.get(widgets, key, { subresource: 'scale' })).rejects.toThrow(
      /^get widgets\/scale default\/a in cluster hub: /,
    )
  })

  it('writes nothing on a dry run', async () => {
    await each.client.create(configMaps, { metadata: key }, { dryRun: true })
    expect(await each.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, key)).toBeUndefined()
  })

  it('lists in pages, with apiVersion and kind on every item', async () => {
    for (const name of ['a', 'b', 'c'])
      await each.client.create(configMaps, { metadata: { ...key, name, labels: { t: 'x' } } })
    const first = await each.client.list(configMaps, { labelSelector: 't=x', limit: 2 })
    expect(first.items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b'])
    expect(first.items[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' })
    const rest = await each.client.list(configMaps, {
      labelSelector: 't=x',
      limit: 2,
      continue: first.metadata.continue,
    })
    expect(rest.items.map(({ metadata }) => metadata.name)).toEqual(['c'])
  })

  it('fetches metadata only when asked', async () => {
    await each.client.create(configMaps, { metadata: key, data: { a: '1' } })
    const { items } = await each.client.list(configMaps, { namespace: 'default', metadataOnly: true })
    expect(items.find(({ metadata }) => metadata.name === 'a')).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: expect.objectContaining({ name: 'a' }),
    })
  })

  it('deletes collections by label', async () => {
    await each.client.create(configMaps, { metadata: { ...key, labels: { t: 'x' } } })
    await each.client.create(configMaps, { metadata: { ...key, name: 'b' } })
    await each.client.deleteCollection(configMaps, { namespace: 'default', labelSelector: 't=x' })
    await expect(each.client.get(configMaps, key)).rejects.toSatisfy(isNotFound)
    await each.client.get(configMaps, { ...key, name: 'b' })
  })

  it('quotes no Secret in an error', async () => {
    const data = { token: 'bm90IGJhc2U2NA%%' }
    const error: unknown = await each.client
      .create(secrets, { metadata: key, data })
      .catch((refusal: unknown) => refusal)
    expect(error).toBeInstanceOf(KubeError)
    expect(JSON.stringify([(error as KubeError).message, (error as KubeError).details])).not.toContain('bm90')
  })

  it('says who it is, over few connections', async () => {
    await Promise.all(Array.from({ length: 50 }, () => each.client.list(namespaces)))
    const requests = (await journalOf(each.cluster)).all({ resource: 'namespaces', verb: 'list' })
    expect(requests).toHaveLength(50)
    expect(new Set(requests.map(({ userAgent }) => userAgent))).toEqual(new Set(['odfmo-test/1.0']))
  })
})
