import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto'
import type { Secret } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { SecretValue } from '@odfmo/controller-kit'
import { authoritySubject } from './authority-name.ts'
import type { KeptAuthority } from './authority.ts'
import type { SecretView } from './observation.ts'
import { authorityOf, pemOf, readCertificates } from './read-certificates.ts'

/**
 * The type of the Secret that keeps the CA. Nobody can change the type of a Secret: one that has it is ours, whatever has
 * become of its content, and one of the same name that has another is not.
 */
export const caSecretType = 'multicluster.odf.openshift.io/webhook-ca'

/** What is in it: all CA certificates, the newest first, and their private keys, in PEM. Which belong together shows in them. */
const caSecretKeys = { certificates: 'ca.crt', keys: 'ca.key' } as const

/** What of the Secret can be used, and what cannot. The messages name no value. */
export const viewOfSecret = (secret: DeepReadonly<Secret> | undefined, backdateMs: number): SecretView => {
  if (secret === undefined) return { is: 'missing' }
  const { type = 'Opaque', data = {}, metadata } = secret
  if (type !== caSecretType) {
    const why = `the Secret ${metadata.namespace}/${metadata.name} is of type ${type}, not ${caSecretType}, and so not ours: delete it, or give --self-signed-secret another name`
    return { is: 'foreign', why }
  }
  const { certificates, hasGarbage } = readCertificates(textOf(data[caSecretKeys.certificates]))
  const keys = readKeys(textOf(data[caSecretKeys.keys]))
  const damage = [
    ...(hasGarbage ? [`in ${caSecretKeys.certificates} is something that is no certificate`] : []),
    ...(certificates.some(({ ca }) => !ca)
      ? [`in ${caSecretKeys.certificates} is a certificate that is no CA`]
      : []),
    ...(keys.hasGarbage ? [`in ${caSecretKeys.keys} is something that is no private key`] : []),
  ]
  const authorities = certificates
    .filter(({ ca }) => ca)
    .map((certificate) => withKey(certificate, keys.keys, backdateMs))
  return { is: 'ours', authorities, ...(damage.length === 0 ? {} : { damage: damage.join(', ') }) }
}

const textOf = (base64 = ''): string => Buffer.from(base64, 'base64').toString()

const withKey = (
  certificate: X509Certificate,
  keys: readonly KeyObject[],
  backdateMs: number,
): KeptAuthority => {
  const authority = authorityOf(certificate, backdateMs)
  // One that somebody else has made is trusted; to sign with it, its name would have to be taken apart.
  if (!authoritySubject.test(certificate.subject)) return authority
  const key = keys.find((candidate) => certificate.checkPrivateKey(candidate))
  return key === undefined ? authority : { ...authority, key: pemOfKey(key) }
}

/** The private key as the Secret keeps it. */
export const pemOfKey = (key: KeyObject): SecretValue =>
  new SecretValue(key.export({ type: 'pkcs8', format: 'pem' }).toString())

const keyBlocks = /-----BEGIN PRIVATE KEY-----[^-]*-----END PRIVATE KEY-----/g

const readKeys = (text: string): { readonly keys: readonly KeyObject[]; readonly hasGarbage: boolean } => {
  let hasGarbage = text.replaceAll(keyBlocks, '').trim() !== ''
  const keys = [...text.matchAll(keyBlocks)].flatMap(([block]) => {
    try {
      return [createPrivateKey(block)]
    } catch {
      // The error may have part of the key in it.
      hasGarbage = true
      return []
    }
  })
  return { keys, hasGarbage }
}

/** The data that keeps these. */
export const caSecretData = (authorities: readonly KeptAuthority[]): Readonly<Record<string, string>> => ({
  [caSecretKeys.certificates]: base64(pemOf(authorities)),
  [caSecretKeys.keys]: base64(authorities.map(({ key }) => key?.reveal() ?? '').join('')),
})

const base64 = (text: string): string => Buffer.from(text).toString('base64')
