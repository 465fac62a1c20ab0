import { listAt, recordAt, textAt } from '../../kube-object.ts'
import type { PrinterColumn } from '../../resources/resource.ts'
import { age, flag, none, text, whole } from './column.ts'
import type { Cell } from './column.ts'

/** A boolean of the object, and what it is when it is left out. */
const booleanOf =
  (isTrueByDefault: boolean, ...path: readonly string[]): Cell =>
  (object) => {
    const value = recordAt(object, ...path.slice(0, -1))[path.at(-1) ?? '']
    return typeof value === 'boolean' ? value : isTrueByDefault
  }

const tokenRequests: Cell = (driver) =>
  recordAt(driver, 'spec')['tokenRequests'] === undefined
    ? '<unset>'
    : listAt(driver, 'spec', 'tokenRequests')
        .map((request) => textAt(request, 'audience'))
        .join(',')

/** By `group/plural`. */
export const storageColumns: Readonly<Record<string, readonly PrinterColumn[]>> = {
  'storage.k8s.io/csidrivers': [
    flag('AttachRequired', booleanOf(true, 'spec', 'attachRequired')),
    flag('PodInfoOnMount', booleanOf(false, 'spec', 'podInfoOnMount')),
    flag('StorageCapacity', booleanOf(false, 'spec', 'storageCapacity')),
    text('TokenRequests', tokenRequests),
    flag('RequiresRepublish', booleanOf(false, 'spec', 'requiresRepublish')),
    text('Modes', (driver) => listAt(driver, 'spec', 'volumeLifecycleModes').join(',') || none),
    age,
  ],
  'storage.k8s.io/csinodes': [whole('Drivers', (node) => listAt(node, 'spec', 'drivers').length), age],
  'storage.k8s.io/storageclasses': [
    text('Provisioner', (storageClass) => storageClass['provisioner']),
    text('ReclaimPolicy', (storageClass) => storageClass['reclaimPolicy']),
    text('VolumeBindingMode', (storageClass) => storageClass['volumeBindingMode']),
    text('AllowVolumeExpansion', (storageClass) => storageClass['allowVolumeExpansion'] === true),
    age,
  ],
  'storage.k8s.io/volumeattachments': [
    { ...text('Attacher', (attachment) => textAt(attachment, 'spec', 'attacher')), format: 'name' },
    text('PV', (attachment) => textAt(attachment, 'spec', 'source', 'persistentVolumeName')),
    text('Node', (attachment) => textAt(attachment, 'spec', 'nodeName')),
    flag('Attached', booleanOf(false, 'status', 'attached')),
    age,
  ],
  'storage.k8s.io/volumeattributesclasses': [
    text('DriverName', (attributes) => textAt(attributes, 'driverName')),
    age,
  ],
}
