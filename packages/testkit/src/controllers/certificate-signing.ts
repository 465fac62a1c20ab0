import { apiClientSigner } from '../auth/certificate-admission.ts'
import { readCertificateRequest } from '../certificates/certificate-request.ts'
import type { CertificateAuthority } from '../certificates/certificate-authority.ts'
import { listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { timestampOf } from '../verbs/api.ts'
import type { Api } from '../verbs/api.ts'
import { changeObject } from '../verbs/update-object.ts'
import { controllerOptions, keyedWork } from './controller.ts'
import type { Controller } from './controller.ts'

const table = 'certificates.k8s.io/certificatesigningrequests'
/** What the controller manager gives when nothing is asked for. */
const usualSeconds = 365 * 24 * 3_600
/** A client whose clock is behind must not see a certificate of the future. */
const backdateMs = 5 * 60_000
const allowedUsages = ['client auth', 'digital signature', 'key encipherment']

const hasCondition = (csr: KubeObject, type: string): boolean =>
  listAt(csr, 'status', 'conditions').some((condition) => textAt(condition, 'type') === type)

const usageProblem = (csr: KubeObject): string | undefined => {
  const usages = listAt(csr, 'spec', 'usages').map(String)
  if (!usages.includes('client auth')) return 'usages did not contain client auth'
  return usages.every((usage) => allowedUsages.includes(usage))
    ? undefined
    : 'usages contained more than client auth, digital signature, key encipherment'
}

/** Signs approved requests of the signer for API clients by the cluster's client authority. */
export const certificateSigning = (api: Api, authority: CertificateAuthority): Controller => {
  const statusOf = (csr: KubeObject): Record<string, unknown> => {
    const status = recordAt(csr, 'status')
    const problem = usageProblem(csr)
    const now = api.clock.now()
    if (problem !== undefined) {
      const timestamp = timestampOf(now)
      const failed = {
        type: 'Failed',
        status: 'True',
        reason: 'SignerValidationFailure',
        message: problem,
        lastUpdateTime: timestamp,
        lastTransitionTime: timestamp,
      }
      return { ...status, conditions: [...listAt(status, 'conditions'), failed] }
    }
    const request = readCertificateRequest(
      Buffer.from(textAt(csr, 'spec', 'request'), 'base64').toString('utf8'),
    )
    const asked = recordAt(csr, 'spec')['expirationSeconds']
    const seconds = Math.min(typeof asked === 'number' ? asked : usualSeconds, usualSeconds)
    const certificate = authority.issue({
      subject: request.subject,
      publicKey: request.publicKey,
      uses: ['client'],
      notBefore: now - backdateMs,
      notAfter: now + seconds * 1_000,
    })
    return { ...status, certificate: Buffer.from(certificate, 'utf8').toString('base64') }
  }
  const queue = keyedWork((name) => {
    const resource = api.registry.find('certificates.k8s.io', 'v1', 'certificatesigningrequests')
    const csr = api.store.get(table, '', name)?.read()
    if (resource === undefined || csr === undefined) return
    if (textAt(csr, 'spec', 'signerName') !== apiClientSigner || textAt(csr, 'status', 'certificate') !== '')
      return
    if (!hasCondition(csr, 'Approved') || hasCondition(csr, 'Denied') || hasCondition(csr, 'Failed')) return
    changeObject(
      api,
      { resource, namespace: '', name, subresource: 'status' },
      (old) => ({ ...old, status: statusOf(csr) }),
      controllerOptions,
    )
  })
  const unsubscribe = api.store.table(table).subscribe(({ type, current }) => {
    if (type !== 'DELETED') queue.add(current.name)
  })
  return {
    stop() {
      unsubscribe()
      queue.stop()
    },
  }
}
