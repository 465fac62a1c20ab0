import { forbidden } from '../api-error.ts'
import { readCertificateRequest } from '../certificates/certificate-request.ts'
import { jsonEqual, recordAt, textAt } from '../kube-object.ts'
import type { Admission } from '../verbs/api.ts'
import { systemMasters } from './identity.ts'
import type { Identity } from './identity.ts'
import type { RoleBook } from './role-book.ts'

const group = 'certificates.k8s.io'
export const apiClientSigner = 'kubernetes.io/kube-apiserver-client'

/** Whether somebody has a verb on a signer, by its name or by `domain/*`. */
const mayOnSigner = (roles: RoleBook, identity: Identity, verb: string, signer: string): boolean =>
  [signer, `${signer.split('/')[0]}/*`].some(
    (name) =>
      roles.decide(identity, {
        isResource: true,
        verb,
        group,
        plural: 'signers',
        subresource: '',
        namespace: '',
        name,
      }).allowed,
  )

/** Approving needs the verb `approve`, signing the verb `sign`, on the signer; and nobody asks to be a master. */
export const certificateAdmission =
  (roles: RoleBook): Admission =>
  ({ resource, subresource }, csr, old, { identity }) => {
    if (resource.group !== group || resource.plural !== 'certificatesigningrequests') return
    const signer = textAt(csr, 'spec', 'signerName')
    const name = csr.metadata.name ?? ''
    if (old === undefined) {
      const { subject } = readCertificateRequest(
        Buffer.from(textAt(csr, 'spec', 'request'), 'base64').toString('utf8'),
      )
      if (signer === apiClientSigner && subject.organizations.includes(systemMasters)) {
        throw forbidden(
          resource,
          name,
          `use of ${apiClientSigner} signer with ${systemMasters} group is not allowed`,
        )
      }
      return
    }
    if (subresource === 'approval' && !mayOnSigner(roles, identity, 'approve', signer)) {
      throw forbidden(
        resource,
        name,
        `user not permitted to approve requests with signerName ${JSON.stringify(signer)}`,
      )
    }
    const [before, now] = [recordAt(old, 'status'), recordAt(csr, 'status')]
    const signs = ['certificate', 'conditions'].some(
      (field) => !jsonEqual(now[field] ?? null, before[field] ?? null),
    )
    if (subresource === 'status' && signs && !mayOnSigner(roles, identity, 'sign', signer)) {
      throw forbidden(
        resource,
        name,
        `user not permitted to sign requests with signerName ${JSON.stringify(signer)}`,
      )
    }
  }
