import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluate, staticCache, type Manager } from '@odfmo/controller-kit'
import { eventually, startTestCluster } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { definitionOf } from '../clients.ts'
import { home, page, run, sites, stamp } from './sites.ts'

const key = { namespace: 'default', name: 'blog' }
const site = {
  apiVersion: 'example.com/v1',
  kind: 'Site',
  metadata: key,
  spec: { title: 'Hello' },
}
const definition = definitionOf(home.Site.kind)

it('wants a page where there is a site', () => {
  const there = staticCache([[home.Site, [site]]])
  expect(evaluate(page, key, there).wanted).toMatchObject({
    is: 'present',
    object: { data: { 'index.html': '<h1>Hello</h1>' } },
  })
  expect(evaluate(page, key, staticCache([])).wanted).toEqual({ is: 'absent' })
})

it.each([
  ['a controller', (manager: Manager) => void manager.addController(sites)],
  ['a derived object', (manager: Manager) => void manager.addDerived('pages', [page])],
])('keeps the page of a site as %s', async (_how, addParts) => {
  const cluster = await startTestCluster({ crds: [definition] })
  const folder = await mkdtemp(join(tmpdir(), 'sites-'))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, cluster.kubeconfig())
  const stop = new AbortController()
  const running = run({ kubeconfig }, addParts, stop.signal)
  const data = async () => (await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, key))?.['data']

  await cluster.apply(site)
  await eventually(cluster, async () => expect(await data()).toEqual({ 'index.html': '<h1>Hello</h1>' }))
  await cluster.apply({ ...site, spec: { title: 'Bye' } })
  await eventually(cluster, async () => expect(await data()).toEqual({ 'index.html': '<h1>Bye</h1>' }))

  stop.abort()
  await running
  await cluster.stop()
  await rm(folder, { recursive: true })
})

it('puts one annotation on a site of somebody else, and nothing more', async () => {
  const cluster = await startTestCluster({ crds: [definition] })
  const folder = await mkdtemp(join(tmpdir(), 'sites-'))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, cluster.kubeconfig())
  const stop = new AbortController()
  const running = run({ kubeconfig }, (manager) => manager.addDerived('sites', [page, stamp]), stop.signal)
  const metadata = { ...key, annotations: { theirs: 'stays' } }
  const live = () => cluster.get({ apiVersion: 'example.com/v1', kind: 'Site' }, key)

  await cluster.apply({ ...site, metadata })
  await eventually(cluster, async () => {
    const { uid } = (await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, key))?.metadata ?? {}
    const annotations = { theirs: 'stays', 'example.com/page-uid': uid }
    expect(uid).toBeDefined()
    expect(await live()).toMatchObject({ metadata: { annotations }, spec: site.spec })
  })

  stop.abort()
  await running
  await cluster.stop()
  await rm(folder, { recursive: true })
})
