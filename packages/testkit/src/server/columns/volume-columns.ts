import { listAt, recordAt, textAt } from '../../kube-object.ts'
import type { KubeObject } from '../../kube-object.ts'
import type { PrinterColumn } from '../../resources/resource.ts'
import { age, text, textOrUnset, wide } from './column.ts'
import type { Cell } from './column.ts'

const shortModes: readonly (readonly [mode: string, short: string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
]

const modesText = (modes: readonly unknown[]): string =>
  shortModes
    .filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',')

const phase: Cell = (volume) =>
  volume.metadata.deletionTimestamp ? 'Terminating' : textAt(volume, 'status', 'phase')

/** An annotation of old is still asked first. */
const storageClass: Cell = (volume) =>
  volume.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ??
  textAt(volume, 'spec', 'storageClassName')

const claimOf: Cell = (volume) => {
  const { claimRef } = recordAt(volume, 'spec')
  return claimRef === undefined ? '' : `${textAt(claimRef, 'namespace')}/${textAt(claimRef, 'name')}`
}

const isBound = (claim: KubeObject): boolean => textAt(claim, 'spec', 'volumeName') !== ''

const volumeMode = wide('VolumeMode', textOrUnset('spec', 'volumeMode'))
const attributesClass = text('VolumeAttributesClass', textOrUnset('spec', 'volumeAttributesClassName'))

/** By `group/plural`. */
export const volumeColumns: Readonly<Record<string, readonly PrinterColumn[]>> = {
  '/persistentvolumeclaims': [
    text('Status', phase),
    text('Volume', (claim) => textAt(claim, 'spec', 'volumeName')),
    text('Capacity', (claim) =>
      isBound(claim) ? textAt(claim, 'status', 'capacity', 'storage') || '0' : '',
    ),
    text('Access Modes', (claim) =>
      isBound(claim) ? modesText(listAt(claim, 'status', 'accessModes')) : '',
    ),
    text('StorageClass', storageClass),
    attributesClass,
    age,
    volumeMode,
  ],
  '/persistentvolumes': [
    text('Capacity', (volume) => textAt(volume, 'spec', 'capacity', 'storage') || '0'),
    text('Access Modes', (volume) => modesText(listAt(volume, 'spec', 'accessModes'))),
    text('Reclaim Policy', (volume) => textAt(volume, 'spec', 'persistentVolumeReclaimPolicy')),
    text('Status', phase),
    text('Claim', claimOf),
    text('StorageClass', storageClass),
    attributesClass,
    text('Reason', (volume) => textAt(volume, 'status', 'reason')),
    age,
    volumeMode,
  ],
}
