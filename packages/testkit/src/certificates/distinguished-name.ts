import { childrenOf, dottedOf, readDer } from './der-reader.ts'
import type { DerValue } from './der-reader.ts'
import { objectIdentifier, sequence, setOf, utf8String } from './der-writer.ts'

/** What Kubernetes reads from a certificate's subject: the user is the common name, its groups the organizations. */
export interface DistinguishedName {
  readonly commonName: string
  readonly organizations: readonly string[]
}

const commonNameOid = '2.5.4.3'
const organizationOid = '2.5.4.10'

export const writeName = (name: DistinguishedName): Buffer =>
  sequence(
    ...name.organizations.map((organization) =>
      setOf(sequence(objectIdentifier(organizationOid), utf8String(organization))),
    ),
    setOf(sequence(objectIdentifier(commonNameOid), utf8String(name.commonName))),
  )

export const readName = (value: DerValue): DistinguishedName => {
  let commonName = ''
  const organizations: string[] = []
  for (const relative of childrenOf(value)) {
    for (const attribute of childrenOf(relative)) {
      const [type, text] = childrenOf(attribute)
      if (type === undefined || text === undefined) continue
      const oid = dottedOf(type.content)
      if (oid === commonNameOid) commonName = text.content.toString('utf8')
      if (oid === organizationOid) organizations.push(text.content.toString('utf8'))
    }
  }
  return { commonName, organizations }
}

/** The subject of a certificate in DER. */
export const subjectOf = (certificate: Buffer): DistinguishedName => {
  const [toBeSigned] = childrenOf(readDer(certificate))
  if (toBeSigned === undefined) return { commonName: '', organizations: [] }
  const fields = childrenOf(toBeSigned).filter(({ tag }) => tag !== 0xa0)
  // serial, algorithm, issuer, validity, subject
  const subject = fields[4]
  return subject === undefined ? { commonName: '', organizations: [] } : readName(subject)
}
