import type { RegistrationConfig } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import {
  certificateIdentity,
  clusterGroup,
  tokenIdentity,
  type RegistrationDriver,
} from './agent-identity.ts'
import { ocm } from './ocm.ts'

type Entry = DeepReadonly<RegistrationConfig>

/** What `status.registrations` is to be. */
export type Registrations =
  | { readonly is: 'registered'; readonly entries: readonly Entry[] }
  /** The klusterlet has not said yet who the agent will be (token driver). */
  | { readonly is: 'pending'; readonly entries: readonly Entry[] }
  /** Somebody wrote a subject that is not our agent: not taken over, not repaired. */
  | { readonly is: 'foreign'; readonly message: string }

/**
 * One entry for the client signer. An entry that is right in another order or without the third group is kept byte for
 * byte: the klusterlet throws the agent's kubeconfig away and registers again when a byte changes.
 */
export const registrationsFor = (
  cluster: string,
  driver: RegistrationDriver,
  existing: readonly Entry[] = [],
): Registrations => {
  const foreign = existing.find((entry) => !isPossible(cluster, entry))
  if (foreign !== undefined) return { is: 'foreign', message: foreignMessage(foreign) }
  switch (driver) {
    case 'token': {
      const entry = existing.find((one) => isToken(cluster, one))
      return entry === undefined
        ? { is: 'pending', entries: [{ signerName: ocm.clientSigner }] }
        : { is: 'registered', entries: [entry] }
    }
    case 'csr': {
      const entry = existing.find((one) => isCertificate(cluster, one))
      return { is: 'registered', entries: [entry ?? certificateEntry(cluster)] }
    }
  }
}

const certificateEntry = (cluster: string): Entry => {
  const { user, groups } = certificateIdentity(cluster)
  return { signerName: ocm.clientSigner, subject: { groups: [...groups], user } }
}

/** Ours by any driver, or not filled in yet: the driver may have been changed. */
const isPossible = (cluster: string, entry: Entry): boolean =>
  isCertificate(cluster, entry) || isToken(cluster, entry) || isEmpty(entry)

const isEmpty = ({ signerName, subject }: Entry): boolean =>
  signerName === ocm.clientSigner && (subject?.user ?? '') === '' && (subject?.groups ?? []).length === 0

const isCertificate = (cluster: string, { signerName, subject }: Entry): boolean => {
  const { user, groups } = certificateIdentity(cluster)
  const here = subject?.groups ?? []
  return (
    signerName === ocm.clientSigner &&
    subject?.user === user &&
    (subject.organizationUnit ?? []).length === 0 &&
    here.includes(clusterGroup(cluster)) &&
    here.every((group) => groups.includes(group))
  )
}

/** Newer klusterlets set the user alone: groups that we wrote for a certificate stay beside it, and mean nothing. */
const isToken = (cluster: string, { signerName, subject }: Entry): boolean =>
  signerName === ocm.clientSigner &&
  subject?.user === tokenIdentity(cluster).user &&
  (subject.groups ?? []).every((group) => certificateIdentity(cluster).groups.includes(group)) &&
  (subject.organizationUnit ?? []).length === 0

const foreignMessage = ({ signerName, subject }: Entry): string =>
  `status.registrations names user "${subject?.user ?? ''}" with groups ${JSON.stringify(subject?.groups ?? [])} for signer ` +
  `${signerName}, which is not this cluster's agent: remove that entry`
