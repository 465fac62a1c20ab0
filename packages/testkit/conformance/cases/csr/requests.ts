import type { Answer } from '../../answer.ts'
import type { CaseApi } from '../../case-api.ts'
import { newSigningRequest } from '../../../src/simulators/ocm-spoke/registration/signing-request.ts'
import type { SigningRequest } from '../../../src/simulators/ocm-spoke/registration/signing-request.ts'

export const signingRequests = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
export const apiClientSigner = 'kubernetes.io/kube-apiserver-client'
export const kubeletClientSigner = 'kubernetes.io/kube-apiserver-client-kubelet'
/** Nobody signs for it but the case itself. */
export const ownSigner = 'example.com/own'

export const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/** A new key and a request for it in PEM. */
export const requestFor = (
  commonName: string,
  organizations: readonly string[] = [],
  dnsNames: readonly string[] = [],
): SigningRequest => newSigningRequest({ commonName, organizations }, dnsNames)

export const signingRequest = (name: string, spec: object = {}) => ({
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name },
  spec: {
    request: base64(requestFor('bob', ['team']).request),
    signerName: ownSigner,
    usages: ['client auth'],
    ...spec,
  },
})

export const condition = (type: string, fields: object = {}) => ({
  type,
  status: 'True',
  reason: 'Tested',
  message: 'by a case',
  ...fields,
})

export const pathOf = (api: CaseApi, name: string, subresource = ''): string =>
  `${signingRequests}/${api.unique(name)}${subresource === '' ? '' : `/${subresource}`}`

/** Creates a request of a name of its own. */
export const create = (api: CaseApi, name: string, spec: object = {}): Promise<Answer> =>
  api.post(signingRequests, signingRequest(api.unique(name), spec))

/** PUTs these conditions to the approval subresource. */
export const decide = async (api: CaseApi, name: string, ...conditions: object[]): Promise<Answer> =>
  api.put(pathOf(api, name, 'approval'), { ...signingRequest(api.unique(name)), status: { conditions } })

/** Waits for the certificate, or for the signer's refusal. */
export const settled = (api: CaseApi, name: string): Promise<Answer> =>
  api.until(pathOf(api, name), ({ body }) => {
    const conditions = (body.status?.conditions ?? []) as { type: string }[]
    return body.status?.certificate !== undefined || conditions.some(({ type }) => type === 'Failed')
  })

export const certificateOf = ({ body }: Answer): string =>
  Buffer.from(body.status.certificate as string, 'base64').toString('utf8')
