import { badRequest, conflict, invalidObject, notFound } from '../api-error.ts'
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts'
import { invalid } from '../field-error.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { hasValidating, mutated, validated } from '../verbs/admission.ts'
import type { Write } from '../verbs/admission.ts'
import { timestampOf } from '../verbs/api.ts'
import type { Api, Target, WriteOptions } from '../verbs/api.ts'
import { decodeObject, noObject } from '../verbs/decode-object.ts'
import { readObject } from '../verbs/read-object.ts'
import type { Verb } from '../verbs/verb.ts'

const tokenRequestKind = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' }
const shortestSeconds = 600
const longestSeconds = 2 ** 32
const usualSeconds = 3_600

/** The resources whose objects a token may be bound to, by kind, all of `v1`. */
const bindable: Readonly<Record<string, string>> = { Pod: 'pods', Secret: 'secrets', Node: 'nodes' }

const boundObject = (
  api: Api,
  { namespace, name }: Target,
  spec: Record<string, unknown>,
): { kind: string; name: string; uid: string } | undefined => {
  const ref = spec['boundObjectRef']
  if (!isJsonObject(ref)) return undefined
  const kind = textAt(ref, 'kind')
  const apiVersion = textAt(ref, 'apiVersion')
  const plural = apiVersion === 'v1' ? bindable[kind] : undefined
  if (plural === undefined) {
    const [version = '', group = ''] = apiVersion.split('/').toReversed()
    throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`)
  }
  const of = textAt(ref, 'name')
  const stored = api.store.get(`/${plural}`, kind === 'Node' ? '' : namespace, of)
  if (stored === undefined) throw notFound({ group: '', plural }, of)
  const uid = textAt(ref, 'uid')
  if (uid !== '' && uid !== stored.uid) {
    throw conflict(
      { group: '', plural: kind },
      of,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    )
  }
  if (kind === 'Pod' && (textAt(stored.read(), 'spec', 'serviceAccountName') || 'default') !== name) {
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(name)} to pod running with different serviceaccount name.`,
    )
  }
  return { kind, name: of, uid: stored.uid }
}

/** Throws the refusal of a TokenRequest for another account, or for a time that cannot be. */
const check = (body: unknown, accountName: string, namespace: string, seconds: number): void => {
  const of = textAt(body, 'metadata', 'name')
  const where = textAt(body, 'metadata', 'namespace')
  if (where !== '' && where !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  if (of !== '' && of !== accountName)
    throw invalidObject(tokenRequestKind, accountName, [
      invalid('metadata.name', of, 'must match the service account name if specified'),
    ])
  const why =
    seconds < shortestSeconds
      ? 'may not specify a duration less than 10 minutes'
      : seconds > longestSeconds
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined
  if (why !== undefined)
    throw invalidObject(tokenRequestKind, '', [invalid('spec.expirationSeconds', seconds, why)])
}

/** With its owner, as of an object of its own kind. */
const ownedBy = (
  { chain, typedJson: json }: Api,
  write: Omit<Write, 'object'>,
  object: KubeObject,
): KubeObject => {
  const { target } = write
  const typed = { name: 'authentication.TokenRequest', json }
  const resource = { ...target.resource, ...tokenRequestKind, typed, strategy: {} }
  return chain.manageFields?.({ ...write, target: { ...target, resource }, object }) ?? object
}

/** As it is told before the account is looked at. */
const withSeconds = (request: KubeObject): KubeObject => ({
  ...request,
  spec: {
    ...recordAt(request, 'spec'),
    expirationSeconds: recordAt(request, 'spec')['expirationSeconds'] ?? usualSeconds,
  },
})

/** `POST …/serviceaccounts/NAME/token`: a token in a TokenRequest's status. */
export function* requestToken(
  api: Api,
  tokens: ServiceAccountTokens,
  target: Target,
  { body, options }: { readonly body: unknown; readonly options: WriteOptions },
): Verb<Record<string, unknown>> {
  if (!isJsonObject(body)) throw noObject('TokenRequest', body)
  const typed = { name: 'authentication.TokenRequest', json: api.typedJson }
  const sent = decodeObject(tokenRequestKind, typed, body, { options })
  const write = { target, operation: 'CREATE', old: undefined, options } as const
  const { chain } = api
  const request = yield* mutated(chain, { ...write, object: ownedBy(api, write, withSeconds(sent)) })
  const account = readObject(api, target)
  const spec = recordAt(request, 'spec')
  const seconds = typeof spec['expirationSeconds'] === 'number' ? spec['expirationSeconds'] : usualSeconds
  check(request, account.name, account.namespace, seconds)
  const audiences = listAt(spec, 'audiences').filter((audience) => typeof audience === 'string')
  const now = api.clock.now()
  const expiresAt = now + seconds * 1_000
  const boundTo = boundObject(api, target, spec)
  const wish = { namespace: account.namespace, name: account.name, uid: account.uid, audiences, expiresAt }
  const asked = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: {
      ...recordAt(request, 'metadata'),
      name: account.name,
      namespace: account.namespace,
      uid: account.uid,
      creationTimestamp: timestampOf(now),
    },
    spec: {
      audiences: audiences.length === 0 ? [tokens.issuer] : audiences,
      expirationSeconds: seconds,
      boundObjectRef: spec['boundObjectRef'] ?? null,
    },
  }
  if (hasValidating(chain)) {
    const object = { ...asked, status: { token: '', expirationTimestamp: null } }
    yield* validated(chain, { ...write, object })
  }
  return {
    ...asked,
    status: {
      token: tokens.issue(boundTo === undefined ? wish : { ...wish, boundTo }, now),
      expirationTimestamp: timestampOf(expiresAt),
    },
  }
}
