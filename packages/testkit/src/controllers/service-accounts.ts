import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts'
import type { KubeObject } from '../kube-object.ts'
import { recordAt, textAt } from '../kube-object.ts'
import { createObject } from '../verbs/create-object.ts'
import { deleteObject } from '../verbs/delete-object.ts'
import type { Api } from '../verbs/api.ts'
import { changeObject } from '../verbs/update-object.ts'
import type { Verb } from '../verbs/verb.ts'
import { controllerOptions, keyedWork } from './controller.ts'
import type { Controller } from './controller.ts'

/** Publishes the server's authority too, which may become another. */
interface ServiceAccountController extends Controller {
  /** The authority has changed: brings it to every namespace. */
  republish(): void
}

const tokenType = 'kubernetes.io/service-account-token'
const accountAnnotation = 'kubernetes.io/service-account.name'
const accountUidAnnotation = 'kubernetes.io/service-account.uid'

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/**
 * Gives every namespace its `default` service account and the ConfigMap `kube-root-ca.crt`, fills secrets of type
 * service-account-token, and takes those away whose account is gone.
 */
export const serviceAccounts = (
  api: Api,
  tokens: ServiceAccountTokens,
  ca: () => string,
): ServiceAccountController => {
  const { store, registry } = api
  function* ensure(plural: string, namespace: string, object: KubeObject): Verb<void> {
    const resource = registry.find('', 'v1', plural)
    const name = object.metadata.name ?? ''
    if (resource === undefined || store.get(`/${plural}`, namespace, name) !== undefined) return
    yield* createObject(api, { resource, namespace, name: '', subresource: '' }, object, controllerOptions)
  }
  function* fillToken(namespace: string, name: string): Verb<void> {
    const resource = registry.find('', 'v1', 'secrets')
    const secret = store.get('/secrets', namespace, name)?.read()
    if (
      resource === undefined ||
      secret === undefined ||
      textAt(secret, 'type') !== tokenType ||
      secret.metadata.deletionTimestamp
    )
      return
    const target = { resource, namespace, name, subresource: '' }
    const account = store.get(
      '/serviceaccounts',
      namespace,
      secret.metadata.annotations?.[accountAnnotation] ?? '',
    )
    const wantedUid = secret.metadata.annotations?.[accountUidAnnotation]
    if (account === undefined || (wantedUid !== undefined && wantedUid !== account.uid)) {
      yield* deleteObject(api, target, {}, controllerOptions)
      return
    }
    const { token } = recordAt(secret, 'data')
    if (token !== undefined && recordAt(secret, 'data')['ca.crt'] === base64(ca())) return
    const boundTo = { kind: 'Secret', name, uid: secret.metadata.uid ?? '' }
    const wish = {
      namespace,
      name: account.name,
      uid: account.uid,
      audiences: [],
      expiresAt: undefined,
      boundTo,
    }
    const data = {
      token: token ?? base64(tokens.issue(wish, api.clock.now())),
      'ca.crt': base64(ca()),
      namespace: base64(namespace),
    }
    yield* changeObject(
      api,
      target,
      (old) => ({
        ...old,
        metadata: {
          ...old.metadata,
          annotations: { ...old.metadata.annotations, [accountUidAnnotation]: account.uid },
        },
        data: { ...recordAt(old, 'data'), ...data },
      }),
      controllerOptions,
    )
  }
  const queue = keyedWork(function* (key): Verb<void> {
    const [kind = '', namespace = '', name = ''] = key.split(' ')
    if (kind === 'secret') {
      yield* fillToken(namespace, name)
      return
    }
    const stored = store.get('/namespaces', '', namespace)
    if (stored === undefined || stored.read().metadata.deletionTimestamp) return
    yield* ensure('serviceaccounts', namespace, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default' },
    })
    yield* ensure('configmaps', namespace, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt' },
      data: { 'ca.crt': ca() },
    })
    const resource = registry.find('', 'v1', 'configmaps')
    const published = store.get('/configmaps', namespace, 'kube-root-ca.crt')
    if (resource === undefined || textAt(published?.read(), 'data', 'ca.crt') === ca()) return
    const target = { resource, namespace, name: 'kube-root-ca.crt', subresource: '' }
    yield* changeObject(api, target, (old) => ({ ...old, data: { 'ca.crt': ca() } }), controllerOptions)
  }, api.clock)
  const addSecrets = (namespace: string): void => {
    for (const stored of store.table('/secrets').entries.values()) {
      if (stored.namespace === namespace && stored.json.includes(tokenType))
        queue.add(`secret ${namespace} ${stored.name}`)
    }
  }
  const unsubscribe = store.subscribe(({ type, table, current }) => {
    if (table === '/namespaces' && type === 'ADDED') queue.add(`namespace ${current.name}`)
    if (table === '/serviceaccounts') {
      addSecrets(current.namespace)
      if (type === 'DELETED') queue.add(`namespace ${current.namespace}`)
    }
    if (table === '/configmaps' && type === 'DELETED') queue.add(`namespace ${current.namespace}`)
    if (table === '/secrets' && type !== 'DELETED' && current.json.includes(tokenType))
      queue.add(`secret ${current.namespace} ${current.name}`)
  })
  for (const name of store.table('/namespaces').sortedKeys()) queue.add(`namespace ${name}`)
  return {
    republish() {
      for (const name of store.table('/namespaces').sortedKeys()) {
        queue.add(`namespace ${name}`)
        addSecrets(name)
      }
    },
    stop() {
      unsubscribe()
      queue.stop()
    },
  }
}
