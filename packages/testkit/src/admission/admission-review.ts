import { randomUUID } from 'node:crypto'
import type { Identity } from '../auth/identity.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import type { Write } from '../verbs/admission.ts'
import type { WriteOptions } from '../verbs/api.ts'
import type { DeleteOptions } from '../verbs/delete-options.ts'
import { kindOf, labelled, namespaceOf } from './attributes.ts'
import type { GroupVersionKind } from './attributes.ts'

interface GroupVersionResource {
  readonly group: string
  readonly version: string
  readonly resource: string
}

/** `request` of an AdmissionReview: what a webhook is told of a write. */
export interface AdmissionRequest {
  readonly uid: string
  /** As the webhook's rules name it; `requestKind` as the client did. */
  readonly kind: GroupVersionKind
  readonly resource: GroupVersionResource
  readonly subResource?: string
  readonly requestKind: GroupVersionKind
  readonly requestResource: GroupVersionResource
  readonly requestSubResource?: string
  readonly name?: string
  readonly namespace?: string
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  readonly userInfo: {
    readonly username?: string
    readonly uid?: string
    readonly groups?: readonly string[]
    readonly extra?: Readonly<Record<string, readonly string[]>>
  }
  readonly object: KubeObject | null
  readonly oldObject: KubeObject | null
  readonly dryRun: boolean
  readonly options: Readonly<Record<string, unknown>> | null
}

/** An AdmissionReview as it is sent to a webhook. */
export interface AdmissionReview {
  readonly kind: 'AdmissionReview'
  readonly apiVersion: string
  readonly request: AdmissionRequest
}

const resourceOf = ({ group, version, plural }: Resource): GroupVersionResource => ({
  group,
  version,
  resource: plural,
})

const userInfoOf = ({ user, groups, uid, extra }: Identity): AdmissionRequest['userInfo'] => ({
  ...(user === '' ? {} : { username: user }),
  ...(uid === undefined || uid === '' ? {} : { uid }),
  ...(groups.length === 0 ? {} : { groups }),
  ...(extra === undefined || Object.keys(extra).length === 0 ? {} : { extra }),
})

const deleteOptionsOf = ({
  gracePeriodSeconds,
  preconditions = {},
  propagationPolicy,
}: DeleteOptions): Record<string, unknown> => ({
  ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
  ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
  ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
})

const optionsKinds = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' } as const

/** The options of a request as those of its operation: a patch has those of an update. */
const optionsOf = ({ sent, dryRun }: WriteOptions, write: Write): Record<string, unknown> => {
  const { operation, deletion } = write
  return {
    kind: optionsKinds[operation],
    apiVersion: 'meta.k8s.io/v1',
    ...(deletion === undefined ? {} : deleteOptionsOf(deletion)),
    ...(dryRun ? { dryRun: ['All'] } : {}),
    ...(sent === undefined || sent.fieldManager === '' ? {} : { fieldManager: sent.fieldManager }),
    ...(sent === undefined || sent.fieldValidation === '' ? {} : { fieldValidation: sent.fieldValidation }),
  }
}

/** What a webhook that is asked about `resource` is told; the objects of `write` are in that resource's version. */
export const admissionRequestOf = (write: Write, resource: Resource): AdmissionRequest => {
  const { target, operation, object, old, options } = write
  const { subresource, name } = target
  const kind = kindOf(resource, subresource)
  const namespace = namespaceOf(write)
  return {
    uid: randomUUID(),
    kind,
    resource: resourceOf(resource),
    ...(subresource === '' ? {} : { subResource: subresource }),
    requestKind: kindOf(target.resource, subresource),
    requestResource: resourceOf(target.resource),
    ...(subresource === '' ? {} : { requestSubResource: subresource }),
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: userInfoOf(options.identity),
    object: object === undefined ? null : labelled(kind, object),
    oldObject: old === undefined ? null : labelled(kind, old),
    dryRun: options.dryRun,
    options: optionsOf(options, write),
  }
}

/** The first version of reviews that a webhook takes and the server speaks; undefined when there is none. */
export const reviewVersionOf = (versions: readonly string[]): 'v1' | 'v1beta1' | undefined =>
  versions.find((version) => version === 'v1' || version === 'v1beta1')
