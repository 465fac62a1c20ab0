import type { WebhookNetwork } from './admission/ask-webhook.ts'
import { HttpsPost } from './admission/https-post.ts'
import { ServiceRoutes } from './admission/service-routes.ts'
import { policyAuthorization } from './admission/policies/policy-authorization.ts'
import { ValidatingPolicies } from './admission/policies/validating-policies.ts'
import { webhookAdmission } from './admission/webhook-admission.ts'
import { Authenticator } from './auth/authenticator.ts'
import { certificateAdmission } from './auth/certificate-admission.ts'
import { escalationCheck } from './auth/escalation.ts'
import { RoleBook } from './auth/role-book.ts'
import { ServiceAccountTokens } from './auth/service-account-tokens.ts'
import { bootstrapObjects } from './bootstrap-objects.ts'
import { checkClusterOptions } from './check-cluster-options.ts'
import { ClusterAuthorities } from './certificates/cluster-authorities.ts'
import { systemClock } from './clock/clock.ts'
import { skewedClock } from './clock/skewed-clock.ts'
import { ClusterAccess } from './cluster-access.ts'
import { ClusterEnd } from './cluster-end.ts'
import type { ClusterOptions, ControllerOptions, InMemoryCluster } from './cluster.ts'
import { certificateCleaning } from './controllers/certificate-cleaning.ts'
import { certificateSigning } from './controllers/certificate-signing.ts'
import { serverOptions } from './controllers/controller.ts'
import type { Controller } from './controllers/controller.ts'
import { serveCustomResources } from './controllers/custom-resource-definitions.ts'
import { GarbageCollection } from './controllers/garbage-collection.ts'
import { namespaceDeletion } from './controllers/namespace-deletion.ts'
import { roleAggregation } from './controllers/role-aggregation.ts'
import { serviceAccounts } from './controllers/service-accounts.ts'
import { FieldManagers } from './managed-fields/field-managers.ts'
import { volumeProtection } from './controllers/volume-protection.ts'
import { Faults } from './faults.ts'
import { readDefinitions } from './fixtures.ts'
import { Journal } from './journal.ts'
import { KubeconfigFiles } from './kubeconfig-files.ts'
import { applyAll, objectAccess } from './object-access.ts'
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
import { TypedJson } from './types/typed-json.ts'
import type { Api } from './verbs/api.ts'
import { run } from './verbs/verb.ts'

const startControllers = (
  api: Api,
  options: ControllerOptions,
  authorities: ClusterAuthorities,
  tokens: ServiceAccountTokens,
): Controller[] => [
  roleAggregation(api),
  ...(options.garbageCollection === false ? [] : [new GarbageCollection(api)]),
  ...(options.namespaces === false ? [] : [namespaceDeletion(api)]),
  ...(options.volumeProtection === false ? [] : [volumeProtection(api)]),
  ...(options.csrSigning === false ? [] : [certificateSigning(api, authorities), certificateCleaning(api)]),
  ...(options.serviceAccounts === false ? [] : [followedAccounts(api, tokens, authorities)]),
]

/** Service accounts, whose pods hear of a new authority. */
const followedAccounts = (
  api: Api,
  tokens: ServiceAccountTokens,
  authorities: ClusterAuthorities,
): Controller => {
  const controller = serviceAccounts(api, tokens, () => authorities.ca)
  const unsubscribe = authorities.subscribe(() => controller.republish())
  return {
    stop() {
      unsubscribe()
      controller.stop()
    },
  }
}

const noControllers: ControllerOptions = {
  garbageCollection: false,
  namespaces: false,
  volumeProtection: false,
  csrSigning: false,
  serviceAccounts: false,
}

/** Starts an API server on 127.0.0.1; everything it knows is in this process. Rejects with a TypeError for wrong options. */
export const startCluster = async (options: ClusterOptions = {}): Promise<InMemoryCluster> => {
  checkClusterOptions(options)
  const clock = skewedClock(options.clock ?? systemClock)
  const name = options.name ?? 'cluster'
  const authorities = new ClusterAuthorities(name)
  const files = new KubeconfigFiles()
  const end = new ClusterEnd(name)
  const store = new Store({ historyLimit: options.historyLimit ?? 10_000 })
  const types = new BuiltInTypes()
  const typedJson = new TypedJson(types)
  const roles = new RoleBook(store)
  const tokens = new ServiceAccountTokens(store, 'https://kubernetes.default.svc')
  const registry = new ResourceRegistry(builtInResources(new TypeSchemas(types), typedJson))
  const policies = new ValidatingPolicies({ store, registry, roles })
  const admissions = [
    escalationCheck(roles),
    certificateAdmission(roles),
    policyAuthorization({ store, registry, roles }),
  ]
  const network: WebhookNetwork = { https: new HttpsPost(clock), routes: new ServiceRoutes() }
  const webhooks = webhookAdmission({ store, registry, roles, network })
  const managers = new FieldManagers({ types, json: typedJson, registry, clock })
  const api: Api = {
    store,
    registry,
    clock,
    celRules: new CelRules(),
    protobuf: new ProtobufDecoder(types),
    typedJson,
    admissions,
    chain: {
      manageFields: (write) => managers.manage(write),
      applyFields: (target, live, config, sent) => managers.apply(target, live, config, sent),
      mutating: [webhooks.mutating],
      validating: [policies, webhooks.validating],
    },
  }
  const watches = new Set<OpenWatch>()
  const endWatches = (group: string, plural: string): void => {
    for (const watch of [...watches])
      if (watch.resource.group === group && watch.resource.plural === plural) watch.end()
  }
  const stopServing = serveCustomResources(api, endWatches, network)
  await run(applyAll(api, bootstrapObjects(), serverOptions))
  await run(applyAll(api, readDefinitions(options.crds ?? [])))
  const chosen = options.controllers === false ? noControllers : (options.controllers ?? {})
  const controllers = startControllers(api, chosen, authorities, tokens)

  const requests = new Journal({ limit: options.journalLimit, cluster: { name, onStop: end.onStop } })
  const faults = new Faults({
    clock,
    watches,
    compact: () => store.compact(),
    dropConnections: () => listener.dropConnections(),
    listening: (isListening) => listener.listening(isListening),
    handshakes: (how) => listener.handshakes(how),
    revision: () => store.revision,
    onRevision: (listener) => store.subscribe(() => listener()),
    rotateCertificates(rotation) {
      authorities.rotate(rotation)
      listener.certify(authorities.server, authorities.clientCa)
      files.renew()
    },
    jumpClock: (ms) => clock.jump(ms),
  })
  const authenticator = new Authenticator(authorities, (token) => tokens.identify(token, clock.now()))
  const server = new ApiServer({ api, authenticator, roles, tokens, journal: requests, faults, watches })
  const listener = await listen({
    port: options.port ?? 0,
    server: authorities.server,
    clientAuthority: authorities.clientCa,
    onRequest: server.handle,
  })
  const access = new ClusterAccess({
    name,
    url: `https://127.0.0.1:${listener.port}`,
    authorities,
    clock,
    store,
    tokens,
  })
  const stop = (): Promise<void> =>
    end.stop(async () => {
      stopServing()
      roles.stop()
      policies.stop()
      webhooks.stop()
      for (const controller of controllers) controller.stop()
      for (const watch of [...watches]) watch.destroy()
      await listener.close()
    })
  return {
    provider: 'memory',
    name,
    url: access.url,
    get ca() {
      return authorities.ca
    },
    requests,
    faults,
    ...objectAccess(api, name, end),
    kubeconfig: (identity) => access.kubeconfig(identity),
    writeKubeconfig: (path, identity) => files.write(path, () => access.kubeconfig(identity)),
    credentials: (identity) => access.credentials(identity),
    serviceAccountToken(account) {
      end.check()
      return access.serviceAccountToken(account)
    },
    snapshot: () => takeSnapshot(store),
    restore(snapshot) {
      end.check()
      restoreSnapshot(api, snapshot)
    },
    routeService: (service, url) => network.routes.set(service, url),
    onStop: end.onStop,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
