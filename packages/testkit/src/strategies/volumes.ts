import { isJsonObject, recordAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'

const fill = (object: Record<string, unknown>, defaults: Readonly<Record<string, unknown>>): void => {
  for (const [field, value] of Object.entries(defaults))
    if (object[field] === undefined || object[field] === null) object[field] = value
}

const fillSpec =
  (defaults: Readonly<Record<string, unknown>>) =>
  ({ spec }: KubeObject): void => {
    if (isJsonObject(spec)) fill(spec, defaults)
  }

/** Keeps what is in use until the controller of it lets it go. */
const protectedBy = (object: KubeObject, finalizer: string): void => {
  const { finalizers = [] } = object.metadata
  if (!finalizers.includes(finalizer)) object.metadata.finalizers = [...finalizers, finalizer]
}

export const claimFinalizer = 'kubernetes.io/pvc-protection'
export const volumeFinalizer = 'kubernetes.io/pv-protection'

export const claimStrategy: Strategy = {
  returnsDeleted: true,
  setDefaults: fillSpec({ volumeMode: 'Filesystem' }),
  prepareCreate(claim) {
    claim['status'] = { phase: 'Pending' }
    protectedBy(claim, claimFinalizer)
  },
}

export const volumeStrategy: Strategy = {
  returnsDeleted: true,
  setDefaults(volume) {
    fillSpec({ volumeMode: 'Filesystem', persistentVolumeReclaimPolicy: 'Retain' })(volume)
    const { hostPath } = recordAt(volume, 'spec')
    if (isJsonObject(hostPath)) fill(hostPath, { type: '' })
  },
  prepareCreate(volume, { timestamp }) {
    volume['status'] = { phase: 'Pending', lastPhaseTransitionTime: timestamp }
    protectedBy(volume, volumeFinalizer)
  },
}

export const csiDriverStrategy: Strategy = {
  returnsDeleted: true,
  setDefaults(driver) {
    fillSpec({
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      requiresRepublish: false,
      seLinuxMount: false,
      volumeLifecycleModes: ['Persistent'],
    })(driver)
  },
}
