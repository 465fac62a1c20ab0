import { contract, type VolumeReplicationClass } from '@odfmo/api-types'
import { volumeReplicationClassName } from '@odfmo/secret-naming'

const { replicationParameter: parameter, suffix, label } = contract

type Class = Pick<VolumeReplicationClass, 'metadata' | 'spec'>

/**
 * The namespace of the StorageCluster that we made a class for, undefined when it is none of ours: our provisioner (of the
 * namespace it takes its secret from), the label, and the name that its own interval gives. Users make classes with
 * Ramen's label too: theirs are never taken away.
 */
export const ownClassNamespace = ({ metadata, spec }: Class): string | undefined => {
  const interval = spec?.parameters?.[parameter.schedulingInterval]
  const namespace = spec?.parameters?.[parameter.secretNamespace]
  return interval !== undefined &&
    metadata.name === volumeReplicationClassName(interval) &&
    metadata.labels?.[label.replicationId] !== undefined &&
    spec?.provisioner === `${namespace}${suffix.rbdProvisioner}`
    ? namespace
    : undefined
}

/** Whether a class that has a name of ours is of another driver: then somebody else made it. */
export const isOfAnotherDriver = ({ spec }: Class): boolean =>
  spec?.provisioner?.endsWith(suffix.rbdProvisioner) !== true
