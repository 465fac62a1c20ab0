import { Authenticator } from './auth/authenticator.ts'
import { certificateAdmission } from './auth/certificate-admission.ts'
import { escalationCheck } from './auth/escalation.ts'
import { RoleBook } from './auth/role-book.ts'
import { ServiceAccountTokens } from './auth/service-account-tokens.ts'
import { bootstrapObjects } from './bootstrap-objects.ts'
import { CertificateAuthority } from './certificates/certificate-authority.ts'
import { systemClock } from './clock/clock.ts'
import { ClusterAccess } from './cluster-access.ts'
import type { Cluster, ClusterOptions, ControllerOptions } from './cluster.ts'
import { certificateCleaning } from './controllers/certificate-cleaning.ts'
import { certificateSigning } from './controllers/certificate-signing.ts'
import type { Controller } from './controllers/controller.ts'
import { serveCustomResources } from './controllers/custom-resource-definitions.ts'
import { GarbageCollection } from './controllers/garbage-collection.ts'
import { namespaceDeletion } from './controllers/namespace-deletion.ts'
import { roleAggregation } from './controllers/role-aggregation.ts'
import { serviceAccounts } from './controllers/service-accounts.ts'
import { Faults } from './faults.ts'
import { readObjects } from './fixtures.ts'
import { Journal } from './journal.ts'
import { applyObject, objectAccess } from './object-access.ts'
import { builtInResources } from './resources/built-in-resources.ts'
import { ResourceRegistry } from './resources/resource-registry.ts'
import { CelRules } from './schema/cel-rules.ts'
import { ApiServer } from './server/api-server.ts'
import { listen } from './server/listener.ts'
import type { OpenWatch } from './server/watch-stream.ts'
import { restoreSnapshot, takeSnapshot } from './snapshot.ts'
import { Store } from './storage/store.ts'
import { BuiltInTypes } from './types/built-in-types.ts'
import { ProtobufDecoder } from './types/decode-protobuf.ts'
import { TypeSchemas } from './types/schema-of-type.ts'
import type { Api } from './verbs/api.ts'

// TLS clients check a server by the machine's clock, the cluster lives by its own: its certificates hold for both
const serverNotBefore = Date.UTC(2000, 0, 1)
const serverNotAfter = Date.UTC(2120, 0, 1)

const startControllers = (
  api: Api,
  options: ControllerOptions,
  authority: CertificateAuthority,
  tokens: ServiceAccountTokens,
  ca: string,
): Controller[] => [
  roleAggregation(api),
  ...(options.garbageCollection === false ? [] : [new GarbageCollection(api)]),
  ...(options.namespaces === false ? [] : [namespaceDeletion(api)]),
  ...(options.csrSigning === false ? [] : [certificateSigning(api, authority), certificateCleaning(api)]),
  ...(options.serviceAccounts === false ? [] : [serviceAccounts(api, tokens, ca)]),
]

const noControllers: ControllerOptions = {
  garbageCollection: false,
  namespaces: false,
  csrSigning: false,
  serviceAccounts: false,
}

const serverHosts = [
  'localhost',
  '127.0.0.1',
  '::1',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
]

/** Starts an API server on 127.0.0.1; everything it knows is in this process. */
export const startCluster = async (options: ClusterOptions = {}): Promise<Cluster> => {
  const clock = options.clock ?? systemClock
  const name = options.name ?? 'cluster'
  const serverAuthority = new CertificateAuthority(`${name}-ca`, serverNotBefore, serverNotAfter)
  const clientAuthority = new CertificateAuthority(`${name}-client-ca`, serverNotBefore, serverNotAfter)
  const ca = serverAuthority.certificate
  const store = new Store({ historyLimit: options.historyLimit ?? 10_000 })
  const types = new BuiltInTypes()
  const roles = new RoleBook(store)
  const tokens = new ServiceAccountTokens(store, 'https://kubernetes.default.svc')
  const admissions = [escalationCheck(roles), certificateAdmission(roles)]
  const api: Api = {
    store,
    registry: new ResourceRegistry(builtInResources(new TypeSchemas(types))),
    clock,
    celRules: new CelRules(),
    protobuf: new ProtobufDecoder(types),
    admissions,
  }
  const watches = new Set<OpenWatch>()
  const stopServing = serveCustomResources(api, (group, plural) => {
    for (const watch of [...watches])
      if (watch.resource.group === group && watch.resource.plural === plural) watch.end()
  })
  for (const object of [...bootstrapObjects(), ...readObjects(options.crds ?? [])]) applyObject(api, object)
  const chosen = options.controllers === false ? noControllers : (options.controllers ?? {})
  const controllers = startControllers(api, chosen, clientAuthority, tokens, ca)

  const requests = new Journal()
  let dropConnections = (): void => undefined
  const faults = new Faults({
    watches,
    compact: () => store.compact(),
    dropConnections: () => dropConnections(),
  })
  const authenticator = new Authenticator(clientAuthority.publicKey, (token) =>
    tokens.identify(token, clock.now()),
  )
  const server = new ApiServer({ api, authenticator, roles, tokens, journal: requests, faults, watches })
  const listener = await listen({
    port: options.port ?? 0,
    server: serverAuthority.issueWithKey({
      subject: { commonName: 'kube-apiserver', organizations: [] },
      uses: ['server'],
      hosts: serverHosts,
      notBefore: serverNotBefore,
      notAfter: serverNotAfter,
    }),
    clientAuthority: clientAuthority.certificate,
    onRequest: server.handle,
  })
  dropConnections = listener.dropConnections
  const access = new ClusterAccess({
    name,
    url: `https://127.0.0.1:${listener.port}`,
    ca,
    authority: clientAuthority,
    clock,
    store,
    tokens,
  })
  return {
    name,
    url: access.url,
    ca,
    requests,
    faults,
    ...objectAccess(api),
    kubeconfig: (identity) => access.kubeconfig(identity),
    credentials: (identity) => access.credentials(identity),
    serviceAccountToken: (account) => access.serviceAccountToken(account),
    snapshot: () => takeSnapshot(store),
    restore: (snapshot) => restoreSnapshot(store, snapshot),
    async stop() {
      stopServing()
      roles.stop()
      for (const controller of controllers) controller.stop()
      for (const watch of [...watches]) watch.destroy()
      await listener.close()
    },
  }
}
