import { readCertificateRequest } from '../certificates/certificate-request.ts'
import type { ClusterAuthorities } from '../certificates/cluster-authorities.ts'
import { listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { timestampOf } from '../verbs/api.ts'
import type { Api } from '../verbs/api.ts'
import { changeObject } from '../verbs/update-object.ts'
import type { Verb } from '../verbs/verb.ts'
import { controllerOptions, keyedWork } from './controller.ts'
import type { Controller } from './controller.ts'
import { signers } from './signers.ts'
import type { Signer } from './signers.ts'

const table = 'certificates.k8s.io/certificatesigningrequests'
/** What the controller manager gives when nothing is asked for. */
const usualSeconds = 365 * 24 * 3_600
/** A client whose clock is behind must not see a certificate of the future. */
const backdateMs = 5 * 60_000
/** So short a certificate is not made shorter still. */
const shortSeconds = 8 * 3_600
const shortestSeconds = 600

const hasCondition = (csr: KubeObject, type: string): boolean =>
  listAt(csr, 'status', 'conditions').some((condition) => textAt(condition, 'type') === type)

const notAfterOf = (csr: KubeObject, now: number): number => {
  const asked = recordAt(csr, 'spec')['expirationSeconds']
  const wanted = typeof asked === 'number' ? asked : usualSeconds
  const seconds = Math.min(Math.max(wanted, shortestSeconds), usualSeconds)
  return now + seconds * 1_000 - (seconds < shortSeconds ? 0 : backdateMs)
}

/** Signs approved requests as the controller manager does, by the cluster's client authority. */
export const certificateSigning = (api: Api, authority: Pick<ClusterAuthorities, 'issue'>): Controller => {
  const statusOf = (csr: KubeObject, signer: Signer): Record<string, unknown> => {
    const status = recordAt(csr, 'status')
    const now = api.clock.now()
    const text = Buffer.from(textAt(csr, 'spec', 'request'), 'base64').toString('utf8')
    const { subject, publicKey, names } = readCertificateRequest(text)
    const problem = signer.problem({ subject, publicKey, names }, listAt(csr, 'spec', 'usages').map(String))
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
    const hosts = [...names.dnsNames, ...names.addresses]
    const certificate = authority.issue({
      subject,
      publicKey,
      uses: [signer.use],
      ...(hosts.length === 0 ? {} : { hosts }),
      notBefore: now - backdateMs,
      notAfter: notAfterOf(csr, now),
    })
    return { ...status, certificate: Buffer.from(certificate, 'utf8').toString('base64') }
  }
  const queue = keyedWork(function* (name): Verb<void> {
    const resource = api.registry.find('certificates.k8s.io', 'v1', 'certificatesigningrequests')
    const csr = api.store.get(table, '', name)?.read()
    if (resource === undefined || csr === undefined) return
    const signer = signers[textAt(csr, 'spec', 'signerName')]
    if (signer === undefined || textAt(csr, 'status', 'certificate') !== '') return
    if (!hasCondition(csr, 'Approved') || hasCondition(csr, 'Denied') || hasCondition(csr, 'Failed')) return
    yield* changeObject(
      api,
      { resource, namespace: '', name, subresource: 'status' },
      (old) => ({ ...old, status: statusOf(csr, signer) }),
      controllerOptions,
    )
  }, api.clock)
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
