import { Authenticator } from './auth/authenticator.ts'
import { systemIdentity, systemMasters } from './auth/identity.ts'
import { bootstrapObjects } from './bootstrap-objects.ts'
import { CertificateAuthority } from './certificates/certificate-authority.ts'
import type { KeyAndCertificate } from './certificates/certificate-authority.ts'
import { systemClock } from './clock/clock.ts'
import type { Cluster, ClusterOptions, KindRef, UserIdentity } from './cluster.ts'
import { serveCustomResources } from './controllers/custom-resource-definitions.ts'
import { readObjects } from './fixtures.ts'
import { Journal } from './journal.ts'
import { kubeconfigText } from './kubeconfig.ts'
import type { KubeObject } from './kube-object.ts'
import { mergePatch } from './patch/merge-patch.ts'
import { builtInResources } from './resources/built-in-resources.ts'
import { ResourceRegistry } from './resources/resource-registry.ts'
import type { Resource } from './resources/resource.ts'
import { ApiServer } from './server/api-server.ts'
import { listen } from './server/listener.ts'
import { Store } from './storage/store.ts'
import { viewOf } from './verbs/api.ts'
import type { Api, WriteOptions } from './verbs/api.ts'
import { createObject } from './verbs/create-object.ts'
import { changeObject } from './verbs/update-object.ts'

const hourMs = 3_600_000
const yearMs = 365 * 24 * hourMs

// TLS clients check a server by the machine's clock, the cluster lives by its own: its certificates hold for both
const serverNotBefore = Date.UTC(2000, 0, 1)
const serverNotAfter = Date.UTC(2120, 0, 1)

const fixtureOptions: WriteOptions = { identity: systemIdentity, dryRun: false, fieldValidation: 'Ignore', warn: () => undefined }

const resourceOf = (api: Api, { apiVersion, kind }: KindRef): Resource => {
  const resource = api.registry.findKind(apiVersion, kind)
  if (resource === undefined) throw new Error(`no resource of ${apiVersion} ${kind} is served; is its CustomResourceDefinition installed?`)
  return resource
}

/** Creates an object, or merges it into what is there; its status too. */
const applyObject = (api: Api, object: KubeObject): void => {
  const resource = resourceOf(api, object)
  const namespace = resource.namespaced ? (object.metadata.namespace ?? 'default') : ''
  const target = { resource, namespace, name: object.metadata.name ?? '', subresource: '' }
  const { status, ...rest } = object
  const exists = target.name !== '' && api.store.get(resource.table, namespace, target.name) !== undefined
  const written = exists
    ? changeObject(api, target, (old) => mergePatch(old, rest), fixtureOptions)
    : createObject(api, { ...target, name: '' }, structuredClone(rest), fixtureOptions)
  if (status === undefined || !resource.subresources.includes('status')) return
  changeObject(api, { ...target, name: written.metadata.name ?? '', subresource: 'status' }, (old) => mergePatch(old, { status }), fixtureOptions)
}

/** Starts an API server on a free port of 127.0.0.1; everything it knows is in this process. */
export const startCluster = async (options: ClusterOptions = {}): Promise<Cluster> => {
  const clock = options.clock ?? systemClock
  const name = options.name ?? 'cluster'
  const serverAuthority = new CertificateAuthority(`${name}-ca`, serverNotBefore, serverNotAfter)
  const clientAuthority = new CertificateAuthority(`${name}-client-ca`, serverNotBefore, serverNotAfter)
  const api: Api = {
    store: new Store({ historyLimit: options.historyLimit ?? 10_000 }),
    registry: new ResourceRegistry(builtInResources()),
    clock,
  }
  const requests = new Journal()
  const stopServing = serveCustomResources(api)
  for (const object of [...bootstrapObjects(), ...readObjects(options.crds ?? [])]) applyObject(api, object)
  const server = new ApiServer({
    api,
    authenticator: new Authenticator(clientAuthority.publicKey, () => undefined),
    authorize: () => undefined,
    journal: requests,
  })
  const listener = await listen({
    port: options.port ?? 0,
    server: serverAuthority.issueWithKey({
      subject: { commonName: 'kube-apiserver', organizations: [] },
      uses: ['server'],
      hosts: ['localhost', '127.0.0.1', '::1', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
      notBefore: serverNotBefore,
      notAfter: serverNotAfter,
    }),
    clientAuthority: clientAuthority.certificate,
    onRequest: server.handle,
  })
  const url = `https://127.0.0.1:${listener.port}`
  const issue = ({ user = 'admin', groups = user === 'admin' ? [systemMasters] : [] }: UserIdentity): KeyAndCertificate =>
    clientAuthority.issueWithKey({
      subject: { commonName: user, organizations: groups },
      uses: ['client'],
      notBefore: clock.now() - hourMs,
      notAfter: clock.now() + yearMs,
    })

  return {
    name,
    url,
    ca: serverAuthority.certificate,
    requests,
    kubeconfig(identity = {}) {
      const { certificate, key } = issue(identity)
      return kubeconfigText({ cluster: name, url, ca: serverAuthority.certificate, user: identity.user ?? 'admin', certificate, key })
    },
    credentials(identity = {}) {
      const { certificate, key } = issue(identity)
      return { ca: serverAuthority.certificate, cert: certificate, key }
    },
    async installCrds(sources) {
      const list = typeof sources === 'string' || !Array.isArray(sources) ? [sources as string | object] : (sources as (string | object)[])
      for (const definition of readObjects(list)) applyObject(api, definition)
    },
    async apply(...objects) {
      for (const object of readObjects(objects)) applyObject(api, object)
    },
    get(kind, key) {
      const resource = resourceOf(api, kind)
      const stored = api.store.get(resource.table, resource.namespaced ? (key.namespace ?? 'default') : '', key.name)
      return stored === undefined ? undefined : viewOf(resource, stored)
    },
    list(kind, namespace) {
      const resource = resourceOf(api, kind)
      const table = api.store.table(resource.table)
      return table
        .sortedKeys()
        .flatMap((key) => table.get(key) ?? [])
        .filter((stored) => namespace === undefined || stored.namespace === namespace)
        .map((stored) => viewOf(resource, stored))
    },
    async stop() {
      stopServing()
      for (const watch of [...server.watches]) watch.destroy()
      await listener.close()
    },
  }
}
