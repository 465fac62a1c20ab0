import { contract } from '@odfmo/api-types'

const { rbdProvisioner, cephFsProvisioner } = contract.suffix

/** Namespace of the StorageCluster that a Ceph provisioner belongs to; undefined when it is none of Ceph's. */
export const provisionerNamespace = (provisioner: string | undefined): string | undefined => {
  const suffix = [rbdProvisioner, cephFsProvisioner].find((end) => provisioner?.endsWith(end))
  const namespace = suffix === undefined ? undefined : provisioner?.slice(0, -suffix.length)
  return namespace === '' ? undefined : namespace
}
