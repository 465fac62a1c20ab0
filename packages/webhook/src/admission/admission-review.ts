/** Versions of `admission.k8s.io`; an answer is in the version that was asked. */
export const admissionVersions = ['v1', 'v1beta1'] as const
/** One of `admissionVersions`. */
export type AdmissionVersion = (typeof admissionVersions)[number]

/** What an API server asks about. */
export const operations = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] as const
/** One of `operations`. */
export type Operation = (typeof operations)[number]

/** Group, and kind or plural; undefined where the request does not say. */
export interface AskedKind {
  readonly group: string | undefined
  readonly version: string | undefined
  readonly name: string | undefined
}

/** The request of an AdmissionReview, as far as it is looked at. The objects are whatever JSON they are. */
export interface AdmissionRequest {
  readonly uid: string
  readonly operation: Operation
  readonly kind: AskedKind
  readonly resource: AskedKind
  /** Empty for the object itself. */
  readonly subResource: string
  /** Of the object; empty when it is yet to be generated. */
  readonly name: string
  /** Who asks, as the API server names it. */
  readonly username: string
  readonly groups: readonly string[]
  readonly dryRun: boolean
  readonly object: unknown
  readonly oldObject: unknown
}

/** What was asked, and in which version. */
export interface AdmissionReview {
  readonly version: AdmissionVersion
  readonly request: AdmissionRequest
}

/** A Kubernetes Status that says why not. */
export interface DenialStatus {
  readonly metadata: object
  readonly status: 'Failure'
  readonly message: string
  readonly reason: 'Invalid' | 'BadRequest'
  readonly code: 422 | 400
  readonly details?: {
    readonly name: string
    readonly group: string
    readonly kind: string
    readonly causes: readonly DenialCause[]
  }
}

/** One of the reasons, for programs and for kubectl, which prints `field: message`. */
export interface DenialCause {
  readonly reason: string
  readonly message: string
  readonly field: string
}

/** Operation of a JSON patch (RFC 6902); `add` sets what is there already too. */
export interface AddOperation {
  readonly op: 'add'
  readonly path: string
  readonly value: unknown
}

/** What is answered to a request. */
export type AdmissionAnswer =
  | {
      readonly allowed: true
      readonly patch?: readonly AddOperation[]
      readonly warnings?: readonly string[]
    }
  | { readonly allowed: false; readonly status: DenialStatus; readonly warnings?: readonly string[] }
