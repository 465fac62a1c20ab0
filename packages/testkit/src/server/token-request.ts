import { badRequest, conflict, invalidObject } from '../api-error.ts'
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts'
import { invalid } from '../field-error.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import { timestampOf } from '../verbs/api.ts'
import type { Api, Target } from '../verbs/api.ts'
import { readObject } from '../verbs/read-object.ts'

const shortestSeconds = 600
const usualSeconds = 3_600

const boundObject = (
  api: Api,
  { resource, namespace, name }: Target,
  spec: Record<string, unknown>,
): { kind: string; name: string; uid: string } | undefined => {
  const ref = spec['boundObjectRef']
  if (!isJsonObject(ref)) return undefined
  const kind = textAt(ref, 'kind')
  const of = textAt(ref, 'name')
  const stored = api.store.get(kind === 'Pod' ? '/pods' : '/secrets', namespace, of)
  if (stored === undefined) throw badRequest(`${kind} ${JSON.stringify(of)} not found`)
  const uid = textAt(ref, 'uid')
  if (uid !== '' && uid !== stored.uid) {
    throw conflict(
      resource,
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    )
  }
  return { kind, name: of, uid: stored.uid }
}

/** `POST …/serviceaccounts/NAME/token`: a token in a TokenRequest's status. */
export const requestToken = (
  api: Api,
  tokens: ServiceAccountTokens,
  target: Target,
  body: unknown,
): Record<string, unknown> => {
  const account = readObject(api, target)
  if (body !== undefined && !isJsonObject(body))
    throw badRequest("couldn't get version/kind; json parse error: the body must be a TokenRequest")
  const spec = recordAt(body, 'spec')
  const seconds = typeof spec['expirationSeconds'] === 'number' ? spec['expirationSeconds'] : usualSeconds
  if (seconds < shortestSeconds) {
    throw invalidObject({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, target.name, [
      invalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes'),
    ])
  }
  const audiences = listAt(spec, 'audiences').filter((audience) => typeof audience === 'string')
  const now = api.clock.now()
  const expiresAt = now + seconds * 1_000
  const boundTo = boundObject(api, target, spec)
  const wish = { namespace: account.namespace, name: account.name, uid: account.uid, audiences, expiresAt }
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name: account.name, namespace: account.namespace, creationTimestamp: timestampOf(now) },
    spec: {
      audiences: audiences.length === 0 ? [tokens.issuer] : audiences,
      expirationSeconds: seconds,
      boundObjectRef: spec['boundObjectRef'] ?? null,
    },
    status: {
      token: tokens.issue(boundTo === undefined ? wish : { ...wish, boundTo }, now),
      expirationTimestamp: timestampOf(expiresAt),
    },
  }
}
